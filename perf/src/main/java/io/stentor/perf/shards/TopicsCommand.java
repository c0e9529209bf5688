package io.stentor.perf.shards;

import com.sun.management.OperatingSystemMXBean;
import io.stentor.engine.JournalKind;
import io.stentor.perf.journal.Duel;
import io.stentor.perf.journal.DuelResult;
import io.stentor.perf.journal.Goal;
import io.stentor.perf.load.Scratch;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf topics}. */
@Command(
        name = "topics",
        description = "Measure what many topics cost: deliveries, and messages for users who are offline.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nRows:%n",
        footer = {
            "  many     cost of a delivery with a million topics of one subscriber each",
            "           against a thousand, from the offer to the session's callback",
            "  offline  growth of the heap by a million messages to topics that nobody wants"
        })
public final class TopicsCommand implements Callable<Integer> {

    /** A figure missed its goal. */
    private static final int EXIT_MISSED = 3;

    private static final double RATIO_MAX = 1.5;
    private static final int TOPICS_FEW = 1_000;
    private static final int TOPICS_MANY_MAX = 1_000_000;
    private static final long MESSAGES_MIN = 10_000;
    private static final long MESSAGES_MAX = 2_000_000;

    /** What is measured. */
    enum Row {
        /** Cost of a delivery. */
        MANY,
        /** Growth of the heap. */
        OFFLINE
    }

    /** What a message has cost. */
    private record Cost(double cpuNs, double elapsedNs) {}

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "ROW",
            arity = "0..*",
            description = "What to measure: ${COMPLETION-CANDIDATES}. Default: both.")
    private List<Row> rows = new ArrayList<>();

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "The many topics: 10000, 100000 or 1000000. Default: ${DEFAULT-VALUE}.")
    private int topics;

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Messages of each turn, 10000 to 2000000. Default: ${DEFAULT-VALUE}.")
    private long messages;

    @Option(
            names = "--journal",
            paramLabel = "KIND",
            defaultValue = "CHRONICLE",
            description =
                    "What many keeps its log in: chronicle, or heap, whose records the collector has to look after."
                            + " Default: chronicle.")
    private JournalKind journal;

    @Mixin
    private DuelOptions options;

    @Override
    public Integer call() throws Exception {
        options.check(spec);
        DuelOptions.require(spec, "--messages", messages, MESSAGES_MIN, MESSAGES_MAX, "messages");
        if (topics != TOPICS_MANY_MAX && topics != TOPICS_MANY_MAX / 10 && topics != TOPICS_MANY_MAX / 100) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--topics=" + topics + " is none of 10000, 100000 and 1000000");
        }
        final EnumSet<Row> wanted = rows.isEmpty() ? EnumSet.allOf(Row.class) : EnumSet.copyOf(rows);
        final PrintWriter out = spec.commandLine().getOut();
        boolean held = true;
        try (Scratch scratch = new Scratch(options.data)) {
            if (wanted.contains(Row.OFFLINE)) {
                held &= new Offline(scratch, out).measure(messages);
            }
            if (wanted.contains(Row.MANY)) {
                held &= many(scratch, out);
            }
        }
        out.println(held ? "PASS" : "FAIL: a goal was missed");
        out.flush();
        return held ? CommandLine.ExitCode.OK : EXIT_MISSED;
    }

    /** Both paths stay up through all turns, since a million subscribes take longer than a turn; the one that waits does nothing. */
    private boolean many(final Scratch scratch, final PrintWriter out) throws Exception {
        final double[][] cpu = new double[2][options.rounds];
        final double[][] elapsed = new double[2][options.rounds];
        try (ShardPath few = launch(scratch, TOPICS_FEW);
                ShardPath many = launch(scratch, topics)) {
            final ShardPath[] sides = {few, many};
            // What the set-up has left is not to be collected while a turn is timed.
            System.gc();
            for (int round = -1; round < options.rounds; round++) {
                for (int turn = 0; turn < sides.length; turn++) {
                    final int side = round % 2 == 0 ? 1 - turn : turn;
                    TimeUnit.SECONDS.sleep(options.rest);
                    final Cost cost = cost(sides[side]);
                    if (round >= 0) {
                        cpu[side][round] = cost.cpuNs;
                        elapsed[side][round] = cost.elapsedNs;
                    }
                }
            }
        }
        scratch.clear();
        final DuelResult cpuResult = result("processor time", cpu);
        out.println(cpuResult);
        final DuelResult elapsedResult = result("time", elapsed);
        out.println(elapsedResult);
        out.flush();
        options.report(spec, List.of(cpuResult, elapsedResult));
        return cpuResult.isHeld() && elapsedResult.isHeld();
    }

    private ShardPath launch(final Scratch scratch, final int count) throws Exception {
        return ShardPath.launch(scratch.newDirectory(), ShardPath.Link.IPC, journal, count, 100);
    }

    private Cost cost(final ShardPath path) {
        final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        final long cpuNs = system.getProcessCpuTime();
        final long elapsedNs = path.run(messages);
        return new Cost((double) (system.getProcessCpuTime() - cpuNs) / messages, (double) elapsedNs / messages);
    }

    private DuelResult result(final String what, final double[][] figures) {
        return new DuelResult(
                new Duel(
                        what + " of a delivery, one subscriber each",
                        TOPICS_FEW + " topics",
                        null,
                        topics + " topics",
                        null,
                        Duel.Unit.TIME,
                        Goal.atMost(RATIO_MAX)),
                figures[0],
                figures[1]);
    }
}
