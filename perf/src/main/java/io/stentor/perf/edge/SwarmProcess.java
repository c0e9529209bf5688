package io.stentor.perf.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The rig's end of a {@link SwarmMain}: a process may open only so many files, and each client is one. It ends with its
 * input, so that it does not outlive the rig. One thread.
 */
final class SwarmProcess implements AutoCloseable {

    /** A client takes a few hundred bytes of heap, and its buffers are freed when they have been read. */
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx1g");

    private final Process process;
    private final Path errors;
    private final PrintStream in;
    private final BufferedReader out;

    private SwarmProcess(final Process process, final Path errors) {
        this.process = process;
        this.errors = errors;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts one; no client is open yet.
     *
     * @param directory for what it writes to its standard error.
     * @param port of the server, on loopback.
     * @param firstNumber of its clients.
     * @param clients what each of them wants.
     * @param tokens that they show.
     */
    static SwarmProcess start(
            final Path directory, final int port, final int firstNumber, final Clients clients, final Tokens tokens)
            throws IOException {
        final Path errors = directory.resolve("swarm.err");
        final Process process = new ProcessBuilder(ChildJvm.command(
                        FLAGS,
                        SwarmMain.class.getName(),
                        List.of(
                                Integer.toString(port),
                                Integer.toString(firstNumber),
                                Integer.toString(clients.topics()),
                                Boolean.toString(clients.shared()))))
                .redirectError(errors.toFile())
                .start();
        final SwarmProcess swarm = new SwarmProcess(process, errors);
        swarm.in.println(tokens.key() + " " + tokens.expiresAtSeconds());
        return swarm;
    }

    /**
     * What each client is subscribed to.
     *
     * @param topics of its own.
     * @param shared whether to one more that all share.
     */
    record Clients(int topics, boolean shared) {}

    /** Tells it to have so many clients. */
    void grow(final int count) {
        in.println(SwarmMain.GROW + count);
    }

    /**
     * Waits until it has so many, as it was told, and none has failed.
     *
     * @throws IOException when one failed, too few opened in time, or the process has ended.
     */
    void awaitOpen(final int count) throws IOException {
        final String answer = out.readLine();
        if (answer == null) {
            throw new IOException("a swarm has ended: " + Files.readString(errors));
        }
        if (!answer.equals(SwarmMain.OPEN + count)) {
            throw new IOException(
                    answer.startsWith(SwarmMain.ERROR) ? answer.substring(SwarmMain.ERROR.length()) : answer);
        }
    }

    /** Ends it by ending its input; one that does not end is killed. */
    @Override
    public void close() {
        in.close();
        ChildJvm.awaitEnd(process);
    }
}
