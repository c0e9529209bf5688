package io.stentor.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Real runs of this build beside itself, and beside itself with a path that takes three tenths less. The runs are as
 * short as they can be; the journal is in memory, so that the disk's moods take no part.
 */
final class CompareIT {
    private static final String RUN = "-- run --max --seconds 1 --warmup 0 --journal heap --no-floors";

    private static final Pattern UNTOLD =
            Pattern.compile("\nsent rate: [^\n]*: no difference; these pairs tell one of ([\\d.]+) %");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path build;
    private Path slowed;

    @BeforeEach
    void makeJars() throws IOException {
        build = jar("build.jar", "io.stentor.perf.load.Main");
        slowed = jar("slowed.jar", "io.stentor.perf.load.SlowedMain");
    }

    /** One comparison of equals in 250 is called different: more certainty than ten pairs can give. */
    @Test
    void shouldFindNoDifferenceBetweenBuildAndItself() throws IOException {
        final Path results = Files.createDirectory(directory.resolve("results"));

        final int code = run(
                build, build, "--rest 0 --pairs 11 --confidence 99.6 --with-b=--tail=9 --keep " + results + " " + RUN);

        assertEquals(0, code, out + err.toString());
        assertTrue(out.toString().endsWith("\nno difference" + System.lineSeparator()), out.toString());
        assertTrue(out.toString().contains("pair 1, A first; sent rate "), out.toString());
        assertTrue(out.toString().contains("pair 10, B first; sent rate "), out.toString());
        try (Stream<Path> kept = Files.list(results)) {
            assertEquals(
                    22, kept.filter(file -> file.toString().endsWith(".json")).count());
        }
        assertTrue(out.toString().contains(" with --tail=9\n"), out.toString());
        assertFalse(Files.readString(results.resolve("a-001.json")).contains("--tail=9"));
        assertTrue(Files.readString(results.resolve("b-001.json")).contains("--tail=9"));
    }

    /** Where other work makes the runs so unlike each other that 30 % cannot be told, it is skipped and not passed. */
    @Test
    void shouldSayHowMuchSlowerSlowedBuildIs() {
        final int code = run(build, slowed, "--rest 0 " + RUN);

        final Matcher untold = UNTOLD.matcher(out.toString());
        assumeFalse(untold.find() && Double.parseDouble(untold.group(1)) > 30, () -> "the machine is too busy: " + out);
        assertEquals(3, code, out + err.toString());
        assertTrue(out.toString().contains("\nB is "), out.toString());
        assertTrue(out.toString().contains(" % slower ["), out.toString());
    }

    @Test
    void shouldSayWhatRunSaidWhenItDoesNotStart() {
        final int code = run(build, build, "--rest 0 -- run --rate none");

        assertEquals(1, code, out + err.toString());
        assertTrue(
                err.toString().contains("ended with code 2: stentor-perf: Invalid value for option '--rate'"),
                err.toString());
    }

    private int run(final Path a, final Path b, final String options) {
        final String line = "--jar-a " + a + " --jar-b " + b + " " + options;
        return new CommandLine(new CompareCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((problem, command, parsed) -> {
                    err.write(String.valueOf(problem.getMessage()));
                    return 1;
                })
                .execute(line.split(" +"));
    }

    /** A jar that starts a class of this test's class path. */
    private Path jar(final String name, final String mainClass) throws IOException {
        final Manifest manifest = new Manifest();
        final Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, mainClass);
        attributes.put(
                Attributes.Name.CLASS_PATH,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toUri().toString())
                        .collect(Collectors.joining(" ")));
        final Path jar = directory.resolve(name);
        try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            stream.finish();
        }
        return jar;
    }
}
