package io.stentor.perf.journal;

import io.stentor.perf.load.ByteCount;
import io.stentor.perf.load.Scratch;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf journal}. */
@Command(
        name = "journal",
        description = "Compare the journal with bare Chronicle loops that do the same work without its guarantees.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nRows:%n",
        footer = {
            "  append  records a second at JOURNALED, 64, 256 and 1,024 bytes of payload",
            "  sync    records a second at SYNCED, batches of 1, 100 and 1,000",
            "  read    replay of a whole log, against a tailer that looks at each excerpt",
            "          and one that copies it; a random message by its topic offset",
            "  lookup  a random message by its topic offset, of ten times as many",
            "  tail    p99 of an append at 100,000 records/s with and without pages touched ahead",
            "  mix     p99 of JOURNALED acknowledgements with and without publishes at SYNCED",
            "  start   launch to first acknowledgement with a checkpoint, after a log and",
            "          after one ten times as long",
            "  pause   p99.9 of JOURNALED acknowledgements with and without checkpoints"
        })
public final class JournalCommand implements Callable<Integer> {

    /** A ratio missed its goal. */
    private static final int EXIT_MISSED = 3;

    private static final int ROUNDS_MAX = 99;
    private static final int REST_MAX = 600;
    private static final long RECORDS_MIN = 1_000;
    private static final long RECORDS_MAX = 20_000_000;

    /** What is measured. */
    enum Row {
        /** Appends at JOURNALED. */
        APPEND,
        /** Appends at SYNCED. */
        SYNC,
        /** Replay and lookups. */
        READ,
        /** Lookups in a log ten times as long. */
        LOOKUP,
        /** Percentiles of appends at a rate. */
        TAIL,
        /** Percentiles of acknowledgements of two levels. */
        MIX,
        /** Starts after logs of two lengths. */
        START,
        /** Percentiles of acknowledgements beside checkpoints. */
        PAUSE
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "ROW",
            arity = "0..*",
            description = "What to measure: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Row> rows = new ArrayList<>();

    @Option(
            names = "--bytes",
            paramLabel = "BYTES",
            defaultValue = "256MiB",
            converter = ByteCount.class,
            description = "What each turn of append writes, 1MiB to 1GiB. Default: ${DEFAULT-VALUE}.")
    private long bytes;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "1000000",
            description =
                    "What each turn of read reads, and the shorter log of start. With lookup and start, which make logs of"
                            + " ten times as many, at most 2000000, else 20000000. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each side that count; there is one more that does not. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--rest",
            paramLabel = "S",
            defaultValue = "5",
            description =
                    "Pause before each turn, so that none profits from the one before it. Default: ${DEFAULT-VALUE}.")
    private int rest;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where to make the directories for the data, deleted at the end."
                    + " Default: the system's directory for temporary files.")
    private Path data;

    @Override
    public Integer call() throws Exception {
        check();
        final PrintWriter out = spec.commandLine().getOut();
        boolean held = true;
        try (Scratch scratch = new Scratch(data)) {
            for (final Duel duel : duels(SystemNanoClock.INSTANCE)) {
                final DuelResult result = duel.fight(scratch, rounds, rest);
                out.println(result);
                out.flush();
                held &= result.isHeld();
            }
        }
        out.println(held ? "PASS" : "FAIL: a ratio missed its goal");
        out.flush();
        return held ? CommandLine.ExitCode.OK : EXIT_MISSED;
    }

    private List<Duel> duels(final NanoClock clock) {
        final List<Duel> duels = new ArrayList<>();
        for (final Row row : wanted()) {
            duels.addAll(
                    switch (row) {
                        case APPEND -> Appends.duels(bytes, clock);
                        case SYNC -> Syncs.duels(clock);
                        case READ -> Reads.duels(records, clock);
                        case LOOKUP -> List.of(Reads.lookup(Starts.TIMES_AS_LONG * records, clock));
                        case TAIL -> Tails.duels(clock);
                        case MIX -> Mixes.duels(clock);
                        case START -> Starts.duels(records, clock);
                        case PAUSE -> Pauses.duels(clock);
                    });
        }
        return duels;
    }

    private EnumSet<Row> wanted() {
        return rows.isEmpty() ? EnumSet.allOf(Row.class) : EnumSet.copyOf(rows);
    }

    private void check() {
        final EnumSet<Row> wanted = wanted();
        final boolean starts = wanted.contains(Row.START);
        final boolean tenfold = starts || wanted.contains(Row.LOOKUP);
        final long recordsMin = starts ? Starts.CHECKPOINT_RECORDS : RECORDS_MIN;
        final long recordsMax = tenfold ? RECORDS_MAX / Starts.TIMES_AS_LONG : RECORDS_MAX;
        require(
                bytes >= ByteCount.MIB && bytes <= ByteCount.GIB,
                "--bytes",
                bytes,
                ByteCount.MIB,
                ByteCount.GIB,
                "bytes");
        require(
                records >= recordsMin && records <= recordsMax,
                "--records",
                records,
                recordsMin,
                recordsMax,
                "records");
        require(rounds >= 1 && rounds <= ROUNDS_MAX, "--rounds", rounds, 1, ROUNDS_MAX, "rounds");
        require(rest >= 0 && rest <= REST_MAX, "--rest", rest, 0, REST_MAX, "s");
        if (!Files.isDirectory(data)) {
            throw new ParameterException(spec.commandLine(), "--data=" + data + " is not a directory");
        }
    }

    private void require(
            final boolean within,
            final String name,
            final long value,
            final long least,
            final long most,
            final String unit) {
        if (!within) {
            throw new ParameterException(
                    spec.commandLine(), name + "=" + value + " " + unit + " is not within " + least + ".." + most);
        }
    }
}
