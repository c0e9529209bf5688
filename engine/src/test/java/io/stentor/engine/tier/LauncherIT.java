package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The script {@code engine/bin/stentor}: what it finds, what it builds, what it says when it cannot. */
final class LauncherIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final String PATH = "/usr/bin:/bin";

    private Path directory;

    @BeforeEach
    void makeDirectory() {
        directory = STENTOR.newDirectory();
    }

    @Test
    void shouldRunFromAnyDirectoryAndThroughLinks() throws IOException {
        final Path relative = Files.createSymbolicLink(directory.resolve("relative"), Path.of("absolute"));
        Files.createSymbolicLink(directory.resolve("absolute"), script());
        final StentorProcesses.Exit exit = STENTOR.run(
                List.of("sh", "-c", "cd / && exec \"$0\" version", relative.toString()),
                Map.of("JAVA_HOME", JAVA_HOME));
        assertEquals(0, exit.code(), exit::text);
        assertEquals(List.of(), exit.err());
    }

    @Test
    void shouldBeTheProcessOfTheJvmAndTakeItsOptions() {
        final StentorProcess process = STENTOR.start(
                List.of(
                        script().toString(),
                        "serve",
                        "--dev",
                        "--http",
                        "127.0.0.1:0",
                        "--data",
                        directory.resolve("data").toString()),
                Map.of("JAVA_HOME", JAVA_HOME, "JAVA_OPTS", "-Xmx256m -Xlog:gc+heap=off"));
        STENTOR.awaitReady(process);
        assertTrue(commandLine(process).contains("-Xmx256m"), commandLine(process));
        process.terminate();
        assertEquals(0, process.awaitExit(Await.SOON), "SIGTERM reaches the JVM");
    }

    @Test
    void shouldBuildOnFirstUseAndKeepStandardOutputClean() throws IOException {
        final Path copy = copyOfScript();
        program("mvn", "echo noise; mkdir -p engine/target; echo \"$@\" > engine/target/stentor.jar");
        program("java", "echo \"ran: $*\"");
        final StentorProcesses.Exit first = run(copy, "version");
        assertEquals(0, first.code(), first::text);
        assertEquals(1, first.out().size(), first::text);
        assertTrue(first.out().get(0).endsWith("engine/target/stentor.jar version"), first::text);
        assertEquals(List.of("building Stentor (first use only)...", "noise"), first.err());
        final StentorProcesses.Exit second = run(copy, "version");
        assertEquals(List.of(), second.err(), "the second use builds nothing");
        assertEquals(
                "-q -pl engine -am package -DskipTests",
                Files.readString(directory.resolve("engine/target/stentor.jar")).trim());
    }

    @Test
    void shouldSayThatTheBuildFailed() throws IOException {
        final Path copy = copyOfScript();
        program("java", "echo never");
        program("mvn", "echo 'no such plugin'; exit 3");
        final StentorProcesses.Exit exit = run(copy, "version");
        assertEquals(1, exit.code());
        assertEquals(List.of(), exit.out());
        assertTrue(exit.text().contains("no such plugin") && exit.text().contains("the build failed"), exit::text);
    }

    @Test
    void shouldNameWhatIsMissing() throws IOException {
        final Path copy = copyOfScript();
        final StentorProcesses.Exit wrongHome =
                STENTOR.run(List.of(copy.toString(), "version"), Map.of("JAVA_HOME", "/no/such/jdk"));
        assertEquals(1, wrongHome.code());
        assertTrue(wrongHome.text().contains("JAVA_HOME is /no/such/jdk"), wrongHome::text);

        program("java", "echo never");
        Files.writeString(directory.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
        final StentorProcesses.Exit old = run(copy, "version");
        assertEquals(1, old.code());
        assertTrue(old.text().contains("Java 11.0.2") && old.text().contains("17"), old::text);
    }

    private StentorProcesses.Exit run(final Path script, final String... args) {
        final String path = directory.resolve("bin") + ":" + PATH;
        return STENTOR.run(
                List.of("env", "-u", "JAVA_HOME", "-u", "JAVA_OPTS", "PATH=" + path, script.toString(), args[0]),
                Map.of());
    }

    /** A tree that has the script and nothing that it could run. */
    private Path copyOfScript() throws IOException {
        final Path copy =
                Files.createDirectories(directory.resolve("engine/bin")).resolve("stentor");
        Files.writeString(directory.resolve("pom.xml"), "");
        Files.writeString(directory.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Files.createDirectories(directory.resolve("bin"));
        return Files.copy(script(), copy);
    }

    private void program(final String name, final String body) throws IOException {
        final Path file = Files.writeString(directory.resolve("bin").resolve(name), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path script() {
        return StentorProcesses.module().resolve("bin/stentor");
    }

    private static String commandLine(final StentorProcess process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }
}
