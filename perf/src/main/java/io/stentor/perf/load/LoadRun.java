package io.stentor.perf.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.SystemEpochNanoClock;

/** Puts one load on one fresh path. */
final class LoadRun {
    /**
     * Pause of the generator before a message that is not due and before one that was refused. A thread that yields
     * instead distorts the median by milliseconds on two cores.
     */
    static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);

    /** A closed loop that found the ring full waits for some hundreds of its 4,096 places: for one it would never sleep. */
    private static final long FULL_PARK_NS = TimeUnit.MICROSECONDS.toNanos(300);

    /** A window that is full has room again as soon as one message has come. */
    private static final long WINDOW_PARK_NS = TimeUnit.MICROSECONDS.toNanos(1);

    private final RunOptions options;
    private final Rig rig;
    private final Scratch scratch;

    /**
     * What every pass of a run has in common.
     *
     * @param options of the run.
     * @param rig makes the path and watches it.
     * @param scratch closes the path if the process is stopped.
     */
    LoadRun(final RunOptions options, final Rig rig, final Scratch scratch) {
        this.options = options;
        this.rig = rig;
        this.scratch = scratch;
    }

    /** The load that the options ask for. */
    Load load() {
        return options.isClosed()
                ? ClosedLoop.timed(options.warmup, options.seconds, rig.clock())
                : new OpenLoop(options.arrivals(), rig.clock(), new SleepingIdleStrategy(PARK_NS));
    }

    private long refusedNs() {
        return options.inFlight != null ? WINDOW_PARK_NS : options.isClosed() ? FULL_PARK_NS : PARK_NS;
    }

    /**
     * Runs a load to its end. The path is closed then; its directory remains until the scratch is cleared.
     *
     * @param load when each message is sent.
     * @param directory an empty one for the path's data.
     * @param progress told each second.
     * @param hdrLog where each interval goes, or null.
     */
    PassResult run(final Load load, final Path directory, final Progress progress, final HdrLog hdrLog)
            throws Exception {
        final NanoClock clock = rig.clock();
        final Traffic traffic = options.traffic();
        final List<Receiver> receivers = new ArrayList<>();
        for (int i = 0; i < traffic.subscribers(); i++) {
            receivers.add(new Receiver(
                    traffic.topics(), traffic.topicsOf(i), clock, SystemEpochNanoClock.INSTANCE, load.recordFrom()));
        }
        final Acknowledgements acknowledgements =
                options.level == null ? null : new Acknowledgements(clock, load.recordFrom());
        final List<DeliveryListener> listeners =
                receivers.stream().<DeliveryListener>map(rig.tap()).toList();
        final MessagePath path = scratch.own(rig.launcher().launch(options, directory, listeners, acknowledgements));
        final Sender sender = new Sender(
                options.inFlight == null ? path : new WindowPath(path, receivers, options.inFlight),
                acknowledgements,
                traffic,
                clock,
                SystemEpochNanoClock.INSTANCE,
                new SleepingIdleStrategy(refusedNs()));
        final StageLog stages = new StageLog(hdrLog);
        return new Watch(path, sender, receivers, acknowledgements, stages, progress, clock)
                .over(load, TimeUnit.SECONDS.toNanos(options.tail));
    }
}
