package io.stentor.perf.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A server in a JVM of its own, from the class path of this one: what is measured is what was built with the rig. It is
 * ended by its handle, and nothing else is.
 */
final class ServerProcess implements AutoCloseable {

    private static final String READY = "ready ";

    private final Process process;
    private final Path errors;

    /** Not closed: the little that nobody reads fits the pipe. */
    private final BufferedReader out;

    private final int port;

    private ServerProcess(final Process process, final Path errors) throws IOException {
        this.process = process;
        this.errors = errors;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.port = URI.create(line(READY)).getPort();
    }

    /**
     * Starts one and waits until it says that it is ready.
     *
     * @param directory for what it writes to its standard error.
     * @param flags of its JVM.
     * @param mainClass its main class.
     * @param arguments its command line.
     * @throws IOException when it ends instead, with its own words.
     */
    static ServerProcess start(
            final Path directory, final List<String> flags, final String mainClass, final List<String> arguments)
            throws IOException {
        final Path errors = directory.resolve("server.err");
        final Process process = new ProcessBuilder(ChildJvm.command(flags, mainClass, arguments))
                .redirectError(errors.toFile())
                .start();
        try {
            return new ServerProcess(process, errors);
        } catch (final IOException | RuntimeException ex) {
            process.destroyForcibly();
            throw ex;
        }
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    /**
     * The next line of its standard output that begins so, without that beginning.
     *
     * @throws IOException when it ends before, with its own words.
     */
    String line(final String beginning) throws IOException {
        String line;
        while ((line = out.readLine()) != null) {
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length()).strip();
            }
        }
        throw new IOException("the server did not start: " + Files.readString(errors));
    }

    /** The processor time that it has taken, in nanoseconds; 0 when the system does not say. */
    long cpuNs() {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    /**
     * Makes sure that it still runs.
     *
     * @throws IOException when it does not, with its own words.
     */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the server has ended: " + Files.readString(errors));
        }
    }

    /** Ends it in good order; one that does not end is killed. */
    @Override
    public void close() {
        process.destroy();
        ChildJvm.awaitEnd(process);
    }
}
