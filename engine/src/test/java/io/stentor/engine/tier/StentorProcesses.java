package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts the built executable jar as often as a test wants. What a test started ends with that test, what its class
 * started with the class; a failed test prints the tail of every process that ran. No process may print a stack trace or
 * a leak report, and none leaves anything behind: neither data nor shared memory.
 *
 * <p>Registered as a static field.
 */
final class StentorProcesses implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    /** How a command ended. */
    record Exit(int code, List<String> out, List<String> err) {

        /** Both streams as one text. */
        String text() {
            return String.join("\n", out) + "\n" + String.join("\n", err);
        }
    }

    /** Below the ports that the kernel gives to outgoing connections, so that nobody takes one between two runs. */
    private static final int PORT_MIN = 12_000;

    private static final int PORT_MAX = 30_000;
    private static final Duration RUN_LIMIT = Duration.ofSeconds(60);

    /** What one test or class has started. */
    private static final class Scope {
        private final List<StentorProcess> processes = new ArrayList<>();
        private final List<Path> directories = new ArrayList<>();
        private final Set<Path> sharedMemory = new TreeSet<>();
        private final List<Runnable> endings = new ArrayList<>();
    }

    private final Deque<Scope> scopes = new ArrayDeque<>();

    /** The directory of the module under test. */
    static Path module() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    }

    /** The executable jar. */
    static Path jar() {
        final Path jar = module().resolve("target/stentor.jar");
        if (!Files.isRegularFile(jar)) {
            throw new AssertionError("there is no " + jar + ": these tests run after the phase package");
        }
        return jar;
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** A port that nobody listens on. */
    static int freePort() {
        while (true) {
            final int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (final IOException ex) {
                // Taken: try another.
            }
        }
    }

    /**
     * The command that runs the executable jar. Except in a storm its start is what takes time: then C1 alone is faster. And
     * except in a storm every buffer is watched for a leak; that takes most of a server's time, so that a storm samples them.
     */
    static List<String> command(final String... args) {
        final List<String> command = new ArrayList<>(List.of(java().toString(), "-Xmx512m"));
        if (Storm.isAnyLong()) {
            command.add("-Dio.netty.leakDetection.level=simple");
        } else {
            command.addAll(List.of("-Dio.netty.leakDetection.level=paranoid", "-XX:TieredStopAtLevel=1"));
        }
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of(args));
        return command;
    }

    /** An empty directory that is deleted at the end. */
    Path newDirectory() {
        try {
            final Path parent = Files.createDirectories(module().resolve("target/it"));
            final Path directory = Files.createTempDirectory(parent, "data");
            scopes.element().directories.add(directory);
            return directory;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** A file system that is unmounted at the end, when nobody uses it any more; the caller may do so before. */
    LoopDisk closeAtEnd(final LoopDisk disk) {
        scopes.element().endings.add(disk::close);
        return disk;
    }

    /** A network that is removed at the end, when nobody uses it any more. */
    NetworkNamespace closeAtEnd(final NetworkNamespace network) {
        scopes.element().endings.add(network::close);
        return network;
    }

    /** Starts the executable jar. */
    StentorProcess start(final String... args) {
        return start(command(args), Map.of());
    }

    /** Starts any command. */
    StentorProcess start(final List<String> command, final Map<String, String> environment) {
        try {
            final StentorProcess process = StentorProcess.start(command, module(), environment);
            scopes.element().processes.add(process);
            return process;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Starts a tier for developers on any free port and waits until it is ready. */
    Tier serveDev() {
        return serveDev(newDirectory());
    }

    /** As {@link #serveDev()}, with a journal in a directory of the caller's. */
    Tier serveDev(final Path data, final String... more) {
        final List<String> args =
                new ArrayList<>(List.of("serve", "--dev", "--http", "127.0.0.1:0", "--data", data.toString()));
        args.addAll(List.of(more));
        return awaitReady(start(args.toArray(String[]::new)));
    }

    /** Starts a tier that asks for keys and tokens, and waits until it is ready. */
    Tier serve(final Keys keys, final Path data, final int port, final String... more) {
        return awaitReady(start(serveCommand(keys, data, port, more), Map.of()));
    }

    /** The command of a tier that asks for keys and tokens. */
    static List<String> serveCommand(final Keys keys, final Path data, final int port, final String... more) {
        final List<String> command = command(
                "serve",
                "--http",
                "127.0.0.1:" + port,
                "--data",
                data.toString(),
                "--api-key-file",
                keys.apiKeyFile().toString(),
                "--token-key-file",
                keys.tokenKeyFile().toString());
        command.addAll(List.of(more));
        return command;
    }

    /** The command of a shard in a process of its own, for clients with tokens. */
    static List<String> shardCommand(
            final Keys keys, final String engine, final String http, final int id, final String... more) {
        final List<String> command = command(
                "shard",
                "--engine",
                engine,
                "--http",
                http,
                "--id",
                Integer.toString(id),
                "--secret-file",
                keys.secretFile().toString(),
                "--token-key-file",
                keys.tokenKeyFile().toString());
        command.addAll(List.of(more));
        return command;
    }

    /** Starts a shard for developers on any free port and waits until it is ready. */
    Tier shardDev(final Tier engine, final String... more) {
        final List<String> args = new ArrayList<>(
                List.of("shard", "--dev", "--engine", engine.awaitShardsAddress(), "--http", "127.0.0.1:0"));
        args.addAll(List.of(more));
        return awaitReady(start(args.toArray(String[]::new)));
    }

    /** Waits until a tier is ready. */
    Tier awaitReady(final StentorProcess process) {
        final URI url = process.awaitReady();
        scopes.element().sharedMemory.addAll(process.sharedMemory());
        return new Tier(process, url);
    }

    /** Runs the executable jar to its end. */
    Exit run(final String... args) {
        return run(command(args), Map.of());
    }

    /** Runs any command to its end. */
    Exit run(final List<String> command, final Map<String, String> environment) {
        final StentorProcess process = start(command, environment);
        final int code = process.awaitExit(RUN_LIMIT);
        return new Exit(code, process.out(), process.err());
    }

    /** Whether a command that runs another, such as {@code unshare}, is there and may do so. */
    boolean canRun(final List<String> wrapper) {
        try {
            final List<String> command = new ArrayList<>(wrapper);
            command.add("true");
            return run(command, Map.of()).code() == 0;
        } catch (final UncheckedIOException ex) {
            // There is no such program.
            return false;
        }
    }

    @Override
    public void beforeAll(final ExtensionContext context) {
        scopes.push(new Scope());
    }

    @Override
    public void beforeEach(final ExtensionContext context) {
        scopes.push(new Scope());
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.err.println("FAILED " + context.getDisplayName());
            scopes.forEach(scope -> scope.processes.forEach(process -> System.err.println(process.tail())));
        }
        end();
    }

    @Override
    public void afterAll(final ExtensionContext context) {
        end();
    }

    private void end() {
        final Scope scope = scopes.pop();
        scope.processes.forEach(StentorProcess::close);
        scope.endings.forEach(Runnable::run);
        scope.sharedMemory.forEach(StentorProcesses::delete);
        scope.directories.forEach(StentorProcesses::delete);
        final List<String> forbidden = scope.processes.stream()
                .flatMap(process -> process.err().stream())
                .filter(line -> line.startsWith("\tat ") || line.contains("LEAK: "))
                .toList();
        assertEquals(List.of(), forbidden, "no process prints a stack trace or a leak report");
    }

    private static void delete(final Path root) {
        try {
            if (Files.exists(root)) {
                Files.walkFileTree(root, new Deletion());
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(final Path directory, final IOException fault) throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
