package io.stentor.perf.compare;

import io.stentor.perf.load.Scratch;
import io.stentor.perf.report.Quantities;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf compare}. */
@Command(
        name = "compare",
        description = "Tell a change in speed from noise, by results of A and B in pairs or by running both in turn.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = {
            "stentor-perf compare A B",
            "                     compare --a FILE... --b FILE...",
            "                     compare --jar-a JAR [--jar-b JAR] [--with-a WORDS] [--with-b WORDS] [--pairs N] [--rest S]",
            "                     [--keep DIR] -- run OPTION..."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no difference, or B is better",
            "1:error, or a result that must not be believed",
            "2:wrong command line, or too few pairs",
            "3:B is worse"
        })
public final class CompareCommand implements Callable<Integer> {

    /** B is worse. */
    private static final int EXIT_WORSE = 3;

    private static final int REST_MAX = 600;
    private static final double CONFIDENCE_MIN = 50;
    private static final double CONFIDENCE_MAX = 99.99;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "WORD",
            arity = "0..*",
            description =
                    "Directories with as many results of A as of B, in pairs by the order of their names; or, after --,"
                            + " what to run.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--a",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Results of A, in the order of the pairs.")
    private List<Path> a = new ArrayList<>();

    @Option(names = "--b", paramLabel = "FILE", arity = "1..*", description = "Results of B, as many.")
    private List<Path> b = new ArrayList<>();

    @Option(names = "--jar-a", paramLabel = "JAR", description = "stentor-perf.jar of A, to be run in turn with B's.")
    private Path jarA;

    @Option(names = "--jar-b", paramLabel = "JAR", description = "stentor-perf.jar of B. Default: that of A.")
    private Path jarB;

    @Option(
            names = "--with-a",
            paramLabel = "WORDS",
            defaultValue = "",
            description = "Options that only A is run with, in one word, such as --with-a=\"--journal heap\".")
    private String withA;

    @Option(
            names = "--with-b",
            paramLabel = "WORDS",
            defaultValue = "",
            description = "Options that only B is run with.")
    private String withB;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "10",
            description = "How often each is run, 10 to 200. Default: ${DEFAULT-VALUE}.")
    private int pairCount;

    @Option(
            names = "--rest",
            paramLabel = "S",
            defaultValue = "5",
            description =
                    "Pause before each run, so that none profits from the one before it. Default: ${DEFAULT-VALUE}.")
    private int rest;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keep the results of the runs here, as a-001.json and so on. Default: they are deleted.")
    private Path keep;

    @Option(
            names = "--confidence",
            paramLabel = "PERCENT",
            defaultValue = "95",
            description = "How often, of comparisons of equals, none of the figures is to be called different."
                    + " Default: ${DEFAULT-VALUE}.")
    private double confidence;

    @Override
    public Integer call() throws Exception {
        if (!(confidence >= CONFIDENCE_MIN && confidence <= CONFIDENCE_MAX)) {
            throw usage("--confidence=" + confidence + " % is not within " + CONFIDENCE_MIN + ".." + CONFIDENCE_MAX);
        }
        return judge(isMeasured() ? measured() : read());
    }

    private boolean isMeasured() {
        return jarA != null || jarB != null || !withA.isBlank() || !withB.isBlank();
    }

    private Pairs read() throws IOException {
        if (!words.isEmpty() && (words.size() != 2 || !a.isEmpty() || !b.isEmpty())) {
            throw usage("give A and B, each a directory of results, or --a FILE... --b FILE..., or --jar-a and --jar-b"
                    + " and, after --, what to run");
        }
        final List<Path> filesA = ResultFiles.expand(words.isEmpty() ? a : List.of(Path.of(words.get(0))));
        final List<Path> filesB = ResultFiles.expand(words.isEmpty() ? b : List.of(Path.of(words.get(1))));
        if (filesA.size() != filesB.size()) {
            throw usage(filesA.size() + " results of A and " + filesB.size() + " of B do not make pairs");
        }
        requireEnough(filesA.size(), "");
        final Pairs pairs = new Pairs(ResultFiles.read(filesA), ResultFiles.read(filesB));
        for (final String warning : pairs.warnings()) {
            spec.commandLine().getErr().println("stentor-perf: warning: " + warning);
        }
        spec.commandLine().getErr().flush();
        return pairs;
    }

    private Pairs measured() throws IOException, InterruptedException {
        if (jarA == null) {
            throw usage("--jar-b, --with-a and --with-b say what takes turns with A: they need --jar-a");
        }
        if (!a.isEmpty() || !b.isEmpty()) {
            throw usage("--a and --b are results that are there; --jar-a and --jar-b make new ones");
        }
        if (words.isEmpty()) {
            throw usage("say after -- what to run, such as: -- run --max --seconds 3 --no-floors");
        }
        requireEnough(pairCount, "--pairs=");
        if (rest < 0 || rest > REST_MAX) {
            throw usage("--rest=" + rest + " s is not within 0.." + REST_MAX);
        }
        requireFile("--jar-a", jarA);
        if (jarB != null) {
            requireFile("--jar-b", jarB);
        }
        if (keep != null && !(Files.isDirectory(keep) && Files.isWritable(keep))) {
            throw usage("--keep=" + keep + " is not a directory that can be written to");
        }
        final PrintWriter out = spec.commandLine().getOut();
        try (Scratch scratch = new Scratch(Path.of(System.getProperty("java.io.tmpdir")))) {
            final Path directory = keep == null ? scratch.newDirectory() : keep;
            return new PairedRuns(
                            new PairedRuns.Side("a", jarA, words(withA)),
                            new PairedRuns.Side("b", jarB == null ? jarA : jarB, words(withB)),
                            directory,
                            rest,
                            out)
                    .run(pairCount);
        }
    }

    private int judge(final Pairs pairs) throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        final List<Figure> figures = Figure.of(pairs.a().get(0));
        // Shared between the figures, so that more of them do not make a false alarm more likely.
        final double risk = (1 - confidence / 100) / figures.size();
        requireConfidence(pairs.count(), risk);
        out.println("A: " + builds(pairs.a()) + with(withA));
        out.println("B: " + builds(pairs.b()) + with(withB));
        final List<Judgement> judgements = new ArrayList<>();
        for (final Figure figure : figures) {
            final Judgement judgement = Judgement.of(figure, pairs, risk);
            if (judgement == null) {
                out.println(figure.name() + ": not compared, since not every result tells it");
            } else {
                judgements.add(judgement);
                out.println(line(judgement));
            }
        }
        if (judgements.isEmpty()) {
            throw new IOException("the results hold no figure that can be compared");
        }
        out.printf(
                Locale.ROOT,
                "%d pairs, medians, B by A; the intervals hold together with %s %%%n",
                pairs.count(),
                Quantities.significant(confidence));
        out.println(verdict(judgements));
        out.flush();
        return judgements.stream().anyMatch(Judgement::isWorse) ? EXIT_WORSE : CommandLine.ExitCode.OK;
    }

    /** What both are run with, and what only one is. */
    private List<String> words(final String ofOne) {
        final List<String> all = new ArrayList<>(words);
        if (!ofOne.isBlank()) {
            all.addAll(List.of(ofOne.strip().split("\\s+")));
        }
        return all;
    }

    private static String with(final String ofOne) {
        return ofOne.isBlank() ? "" : " with " + ofOne.strip();
    }

    private static String line(final Judgement judgement) {
        final Figure figure = judgement.figure();
        return String.format(
                Locale.ROOT,
                "%s: A %s, B %s; %.3f [%.3f..%.3f]: %s",
                figure.name(),
                figure.written().apply(judgement.medianA()),
                figure.written().apply(judgement.medianB()),
                judgement.ratio(),
                judgement.lower(),
                judgement.upper(),
                judgement.verdict());
    }

    private static String verdict(final List<Judgement> judgements) {
        final String different = judgements.stream()
                .filter(Judgement::isDifferent)
                .map(Judgement::verdict)
                .collect(Collectors.joining("; "));
        return different.isEmpty() ? "no difference" : different;
    }

    private static String builds(final List<Result> results) {
        return results.stream()
                .map(Result::environment)
                .map(CompareCommand::build)
                .distinct()
                .collect(Collectors.joining(" and "));
    }

    private static String build(final Environment environment) {
        final String commit = environment.commit();
        return "stentor-perf " + environment.version()
                + (commit == null || commit.isEmpty() ? "" : " (" + commit + ")");
    }

    private void requireEnough(final int count, final String option) {
        if (count < Pairs.COUNT_MIN || count > SignedRank.VALUES_MAX) {
            throw usage(option + count + " pairs are not within " + Pairs.COUNT_MIN + ".." + SignedRank.VALUES_MAX
                    + ": fewer do not tell a difference from noise");
        }
        requireConfidence(count, (1 - confidence / 100) / Figure.COUNT_MAX);
    }

    private void requireConfidence(final int count, final double risk) {
        if (!SignedRank.canTell(count, risk)) {
            throw usage("--confidence=" + confidence + " % is more than " + count + " pairs can give");
        }
    }

    private void requireFile(final String option, final Path file) {
        if (!Files.isRegularFile(file)) {
            throw usage(option + "=" + file + ": there is no such file");
        }
    }

    private ParameterException usage(final String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
