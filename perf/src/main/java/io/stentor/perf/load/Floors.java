package io.stentor.perf.load;

import io.stentor.perf.edge.NettyEcho;
import io.stentor.perf.result.Floor;
import io.stentor.perf.shards.BareAeron;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.NanoClock;

/**
 * What each part alone reaches on this machine, now: a few short passes of each, so that every figure of the run can be read
 * as a ratio to a limit of the same minute.
 */
final class Floors {
    /** Enough for a median. */
    private static final int REPEATS = 3;

    /** Excerpts of a pass: a few tenths of a second. */
    private static final long APPENDS = 200_000;

    private static final long STREAMED = 500_000;
    private static final long ECHOED = 200_000;
    private static final long OFFERED = 500_000;
    private static final long WARMUP = 50_000;

    /** A frame has to fit a datagram of the default length. */
    private static final int STREAMED_LENGTH_MAX = 4096;

    private final RunOptions options;
    private final Scratch scratch;
    private final NanoClock clock;

    /** One pass: messages a second. */
    private interface Pass {
        double run() throws Exception;
    }

    /**
     * The floors under a run.
     *
     * @param options size of a message; where data is.
     * @param scratch makes the directories; cleared after each pass that writes.
     * @param clock that times.
     */
    Floors(final RunOptions options, final Scratch scratch, final NanoClock clock) {
        this.options = options;
        this.scratch = scratch;
        this.clock = clock;
    }

    /** Measures them, one after the other. */
    List<Floor> measure() throws Exception {
        final List<Floor> floors = new ArrayList<>();
        floors.add(floor(Floor.APPEND, this::append));
        if (options.size <= STREAMED_LENGTH_MAX) {
            floors.add(floor(Floor.IPC, () -> stream(BareAeron.Media.IPC)));
            floors.add(floor(Floor.UDP, () -> stream(BareAeron.Media.UDP)));
        }
        floors.add(floor(Floor.NETTY, () -> NettyEcho.measure(options.size, WARMUP, ECHOED)));
        floors.add(floor(Floor.RIG, this::rig));
        return List.copyOf(floors);
    }

    /** The bare append alone: what a knee is divided by. */
    Floor append(final int repeats) throws Exception {
        return floor(Floor.APPEND, this::append, repeats);
    }

    private static Floor floor(final String name, final Pass pass) throws Exception {
        return floor(name, pass, REPEATS);
    }

    private static Floor floor(final String name, final Pass pass, final int repeats) throws Exception {
        // One more that does not count, in which it is compiled.
        pass.run();
        final double[] rates = new double[repeats];
        for (int i = 0; i < repeats; i++) {
            rates[i] = pass.run();
        }
        Arrays.sort(rates);
        return new Floor(name, rates[repeats / 2], rates[0], rates[repeats - 1], repeats);
    }

    private double append() throws Exception {
        final Path directory = scratch.newDirectory();
        final long elapsedNs = new BareAppend(clock, Baseline.excerptLength(options.size), APPENDS).run(directory);
        Scratch.force(directory);
        scratch.clear();
        return APPENDS * 1e9 / elapsedNs;
    }

    private double stream(final BareAeron.Media media) throws Exception {
        return new BareAeron(media, options.size, WARMUP, STREAMED).measure(null);
    }

    private double rig() throws Exception {
        final RunOptions bare = new RunOptions();
        bare.loop.max = true;
        bare.size = options.size;
        final Rig nothing = new Rig(
                (settings, directory, subscribers, acknowledgements) -> new NothingPath(settings.topics, subscribers),
                UnaryOperator.identity(),
                clock);
        final LoadRun run = new LoadRun(bare, nothing, scratch);
        final PassResult pass = run.run(ClosedLoop.counted(OFFERED, clock), options.data, Progress.NONE, null);
        return pass.deliveredRate();
    }
}
