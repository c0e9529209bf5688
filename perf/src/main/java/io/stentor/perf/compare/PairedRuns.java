package io.stentor.perf.compare;

import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs two builds, or one with two settings, in turn, each time in a process of its own; who goes first alternates, so that neither
 * has the machine as the other left it more often.
 */
final class PairedRuns {
    private static final String FLAGS = "/io/stentor/engine/jvm.args";

    /** It said what is wrong, and exits so: its result is whole, and says FAIL or INVALID. */
    private static final int EXIT_FAILED = 3;

    private static final int WORDS_MAX = 2_000;

    /**
     * One of the two that take turns.
     *
     * @param name what its files begin with.
     * @param jar of the tool.
     * @param arguments a command that takes {@code --json}.
     */
    record Side(String name, Path jar, List<String> arguments) {}

    private final Side a;
    private final Side b;
    private final Path directory;
    private final int restSeconds;
    private final PrintWriter out;

    /**
     * Nothing has run yet.
     *
     * @param a what is A.
     * @param b what is B.
     * @param directory for the results and what the processes said.
     * @param restSeconds before each process but the first.
     * @param out told of each pair.
     */
    PairedRuns(final Side a, final Side b, final Path directory, final int restSeconds, final PrintWriter out) {
        this.a = a;
        this.b = b;
        this.directory = directory;
        this.restSeconds = restSeconds;
        this.out = out;
    }

    /**
     * Runs so many pairs.
     *
     * @throws IOException when one run does not give a result; the message holds its own words.
     * @throws InterruptedException when this thread is to stop; no process is left.
     */
    Pairs run(final int count) throws IOException, InterruptedException {
        final List<Result> ofA = new ArrayList<>();
        final List<Result> ofB = new ArrayList<>();
        for (int pair = 1; pair <= count; pair++) {
            final boolean aFirst = pair % 2 == 1;
            rest(pair > 1);
            (aFirst ? ofA : ofB).add(turn(aFirst ? a : b, pair));
            rest(true);
            (aFirst ? ofB : ofA).add(turn(aFirst ? b : a, pair));
            tell(pair, aFirst, ofA.get(pair - 1), ofB.get(pair - 1));
        }
        return new Pairs(ofA, ofB);
    }

    private void rest(final boolean needed) throws InterruptedException {
        if (needed) {
            TimeUnit.SECONDS.sleep(restSeconds);
        }
    }

    private Result turn(final Side side, final int pair) throws IOException, InterruptedException {
        final String name = String.format(Locale.ROOT, "%s-%03d", side.name(), pair);
        final Path file = directory.resolve(name + ".json");
        final Path log = directory.resolve(name + ".log");
        // One of an earlier comparison must not be taken for this one's.
        Files.deleteIfExists(file);
        final int code = exitCode(command(side, file), log);
        if ((code != 0 && code != EXIT_FAILED) || !Files.exists(file)) {
            throw new IOException(side.jar() + " ended with code " + code + (code == 0 ? " and no result" : "") + ": "
                    + lastWords(log));
        }
        return ResultFile.read(file);
    }

    private List<String> command(final Side side, final Path file) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags());
        command.add("-Dstentor.terminal=false");
        command.add("-jar");
        command.add(side.jar().toString());
        command.addAll(side.arguments());
        command.add("--json");
        command.add(file.toString());
        return command;
    }

    private static int exitCode(final List<String> command, final Path log) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        final Thread hook = new Thread(process::destroy, "compare-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return process.waitFor();
        } finally {
            process.destroy();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (final IllegalStateException ex) {
                // The process is going down: the hook has run or runs now.
            }
        }
    }

    private void tell(final int pair, final boolean aFirst, final Result a, final Result b) {
        final StringBuilder line = new StringBuilder("pair ").append(pair).append(", ");
        line.append(aFirst ? "A" : "B").append(" first");
        for (final Figure figure : Figure.of(a)) {
            final Double ofA = figure.value().apply(a);
            final Double ofB = figure.value().apply(b);
            if (ofA != null && ofB != null) {
                line.append(String.format(
                        Locale.ROOT,
                        "; %s %s, %s: %.2f",
                        figure.name(),
                        figure.written().apply(ofA),
                        figure.written().apply(ofB),
                        ofB / ofA));
            }
        }
        out.println(line);
        out.flush();
    }

    private static String lastWords(final Path log) throws IOException {
        final String words = Files.readString(log).strip();
        return words.length() <= WORDS_MAX ? words : "... " + words.substring(words.length() - WORDS_MAX);
    }

    private static List<String> flags() throws IOException {
        try (InputStream in = PairedRuns.class.getResourceAsStream(FLAGS)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
    }
}
