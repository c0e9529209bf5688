package io.stentor.perf.shards;

import io.stentor.engine.JournalKind;
import io.stentor.perf.journal.Duel;
import io.stentor.perf.journal.DuelResult;
import io.stentor.perf.journal.Goal;
import io.stentor.perf.journal.Side;
import io.stentor.perf.load.Scratch;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf udp}. */
@Command(
        name = "udp",
        description = "Compare the path to a shard over UDP with a bare Aeron stream and with the path over memory;"
                + " every message is checked for its place.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nRows:%n",
        footer = {
            "  bare  against a publication and a subscription with the same settings, threads",
            "        and bytes; the log in memory",
            "  ipc   against the embedded shard; the journal on disk"
        })
public final class UdpCommand implements Callable<Integer> {

    /** A ratio missed its goal. */
    private static final int EXIT_MISSED = 3;

    private static final double RATIO_MIN = 0.7;
    private static final long MESSAGES_MIN = 1_000;

    /** A log in memory keeps 1 GiB of records: the shard may lag by a whole turn and still be served from it. */
    private static final long MESSAGES_MAX = 2_000_000;

    /** Messages before the clock of a turn starts: the connection is up and the windows are open. */
    private static final long WARMUP = 100_000;

    /** What is compared. */
    enum Row {
        /** A bare stream and the path with the log in memory. */
        BARE,
        /** The path over memory and over UDP, with the journal. */
        IPC
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "ROW",
            arity = "0..*",
            description = "What to measure: ${COMPLETION-CANDIDATES}. Default: both.")
    private List<Row> rows = new ArrayList<>();

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Messages that are timed in each turn, 1000 to 2000000. Default: ${DEFAULT-VALUE}.")
    private long messages;

    @Mixin
    private DuelOptions options;

    @Override
    public Integer call() throws Exception {
        options.check(spec);
        DuelOptions.require(spec, "--messages", messages, MESSAGES_MIN, MESSAGES_MAX, "messages");
        final PrintWriter out = spec.commandLine().getOut();
        final List<DuelResult> results = new ArrayList<>();
        try (Scratch scratch = new Scratch(options.data)) {
            for (final Row row : rows.isEmpty() ? EnumSet.allOf(Row.class) : EnumSet.copyOf(rows)) {
                final DuelResult result = duel(row).fight(scratch, options.rounds, options.rest);
                out.println(result);
                out.flush();
                results.add(result);
            }
        }
        options.report(spec, results);
        final boolean held = results.stream().allMatch(DuelResult::isHeld);
        out.println(held ? "PASS" : "FAIL: a ratio missed its goal");
        out.flush();
        return held ? CommandLine.ExitCode.OK : EXIT_MISSED;
    }

    private Duel duel(final Row row) {
        final boolean bare = row == Row.BARE;
        return new Duel(
                "256 bytes to a shard over UDP, " + (bare ? "no journal" : "with the journal"),
                bare ? "bare publication" : "the path over memory",
                bare
                        ? new BareAeron(BareAeron.Media.UDP, ShardPath.PAYLOAD_LENGTH, WARMUP, messages)
                        : side(ShardPath.Link.IPC, JournalKind.CHRONICLE),
                "the path over UDP",
                side(ShardPath.Link.UDP, bare ? JournalKind.HEAP : JournalKind.CHRONICLE),
                Duel.Unit.MESSAGE_RATE,
                Goal.atLeast(RATIO_MIN));
    }

    private Side side(final ShardPath.Link link, final JournalKind journal) {
        return directory -> {
            try (ShardPath path = ShardPath.launch(directory, link, journal, 1, 1)) {
                path.run(WARMUP);
                return messages * 1e9 / path.run(messages);
            }
        };
    }
}
