package io.stentor.perf.load;

import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Runs the bare append and the whole path in turn: equal bytes, each in a fresh directory that is forced and deleted
 * before the next one begins, after a rest. Who goes first alternates, so that neither always finds the disk as the other left it.
 */
final class Baseline {
    /** Enough for a median with a spread. */
    static final int PAIRS = 5;

    private static final double NS_PER_SECOND = 1e9;

    private final LoadRun runs;
    private final Scratch scratch;
    private final NanoClock clock;
    private final List<PassResult> passes = new ArrayList<>();
    private final int restSeconds;
    private final int excerptLength;
    private final long count;

    /**
     * A comparison.
     *
     * @param runs puts a load on a fresh path.
     * @param options bytes of a pass, size of a message and rest before each pass.
     * @param scratch makes the directories; cleared after each pass.
     * @param clock that times the bare append.
     */
    Baseline(final LoadRun runs, final RunOptions options, final Scratch scratch, final NanoClock clock) {
        this.runs = runs;
        this.scratch = scratch;
        this.clock = clock;
        this.restSeconds = options.rest;
        excerptLength = excerptLength(options.size);
        count = options.bytes / excerptLength;
    }

    /** Bytes that a message without sender, id and tags takes in our journal. */
    static int excerptLength(final int payloadLength) {
        return RecordLayout.alignedLength(RecordLayout.HEADER_LENGTH + MessageBody.PREFIX_LENGTH + payloadLength);
    }

    /**
     * Runs a pair that does not count, since both sides are being compiled in it, then the others.
     *
     * @param out where each pair is printed.
     */
    BaselineResult run(final PrintWriter out) throws Exception {
        out.printf(
                Locale.ROOT,
                "baseline: %d pairs of %,d excerpts of %d bytes, one appended after another by one thread,%n"
                        + "          and as many messages from publish to callback, %d s of rest before each;%n"
                        + "          not counted: opening, forcing%n",
                PAIRS,
                count,
                excerptLength,
                restSeconds);
        out.flush();
        runPair(true);
        final List<BaselinePair> pairs = new ArrayList<>();
        for (int i = 1; i <= PAIRS; i++) {
            final BaselinePair pair = runPair(i % 2 == 0);
            pairs.add(pair);
            print(out, i, pair);
        }
        return new BaselineResult(excerptLength, count, pairs, passes);
    }

    private BaselinePair runPair(final boolean pathFirst) throws Exception {
        if (pathFirst) {
            final BaselinePair.Pass path = runPath();
            return new BaselinePair(true, runBare(), path);
        }
        final BaselinePair.Pass bare = runBare();
        return new BaselinePair(false, bare, runPath());
    }

    private static void print(final PrintWriter out, final int number, final BaselinePair pair) {
        out.printf(
                Locale.ROOT,
                "  pair %d, %s first   bare %s (forced in %s)   path %s (%s)   ratio %s%n",
                number,
                pair.pathFirst() ? "path" : "bare",
                Figures.rate(pair.bare().rate()),
                Figures.seconds(pair.bare().forceNs()),
                Figures.rate(pair.path().rate()),
                Figures.seconds(pair.path().forceNs()),
                Figures.ratio(pair.ratio()));
        out.flush();
    }

    private BaselinePair.Pass runBare() throws Exception {
        rest();
        final Path directory = scratch.newDirectory();
        final long elapsedNs = new BareAppend(clock, excerptLength, count).run(directory);
        return finish(directory, count * NS_PER_SECOND / elapsedNs);
    }

    private BaselinePair.Pass runPath() throws Exception {
        rest();
        final Path directory = scratch.newDirectory();
        final PassResult result = runs.run(ClosedLoop.counted(count, clock), directory, Progress.NONE, null);
        passes.add(result);
        return finish(directory, result.deliveredRate());
    }

    /**
     * A pass that follows another at once writes to memory that the other has just given back: on a virtual machine that returns
     * free memory to its host, that made a bare append three times as fast as one after a pause, and never the whole path, which
     * takes longer than such memory lasts. After a pause both take their memory as a journal does that has run for long.
     */
    private void rest() throws InterruptedException {
        TimeUnit.SECONDS.sleep(restSeconds);
    }

    private BaselinePair.Pass finish(final Path directory, final double rate) throws IOException {
        final long startNs = clock.nanoTime();
        Scratch.force(directory);
        final long forceNs = clock.nanoTime() - startNs;
        scratch.clear();
        return new BaselinePair.Pass(rate, forceNs);
    }
}
