package io.stentor.perf.load;

import io.stentor.perf.result.Point;
import io.stentor.perf.result.ProcessCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * Watches one load on one path: sees the warm-up end, reports each second, waits for the tail, closes the path and adds
 * up. The reporter's thread.
 */
final class Watch {
    private static final long REPORT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    /** Fine enough to see the warm-up end, coarse enough to leave two cores to the path. */
    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Resolution of the time of the last callback: a ten-thousandth of a pass of a second. */
    private static final long TAIL_POLL_INTERVAL_NS = TimeUnit.MICROSECONDS.toNanos(100);

    /** A load that should be over for as long as this has missed its rate, however long it goes on. */
    private static final long OVERDUE_NS = TimeUnit.SECONDS.toNanos(10);

    /** A histogram of three digits rounds a mean by a two-thousandth at most, this often of which is a fortieth. */
    private static final double LAG_TO_TRANSIT_MAX = 50;

    private final MessagePath path;
    private final Sender sender;
    private final List<Receiver> receivers;
    private final Acknowledgements acknowledgements;
    private final StageLog stages;
    private final Progress progress;
    private final NanoClock clock;
    private final Histogram interval = new Histogram(StageLog.SIGNIFICANT_DIGITS);

    private final CountDownLatch measured = new CountDownLatch(1);

    private volatile Throwable generatorFailure;

    /** Set by the generator once the last message was taken or no other will be. */
    private volatile boolean driven;

    private CostMark costAtStart;
    private Map<String, Long> cpuAtStart = Map.of();
    private final List<Point.Second> seconds = new ArrayList<>();
    private long reportedSent;
    private long reportedNs;

    Watch(
            final MessagePath path,
            final Sender sender,
            final List<Receiver> receivers,
            final Acknowledgements acknowledgements,
            final StageLog stages,
            final Progress progress,
            final NanoClock clock) {
        this.path = path;
        this.sender = sender;
        this.receivers = receivers;
        this.acknowledgements = acknowledgements;
        this.stages = stages;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Drives a load to its end.
     *
     * @param load when each message is sent.
     * @param tailQuietNs how long nothing may come before what is missing counts as lost.
     */
    PassResult over(final Load load, final long tailQuietNs) throws InterruptedException {
        final Thread generator = new Thread(() -> drive(load), "perf-generator");
        generator.start();
        watch(load.durationNs());
        final long lastArrivalNs = awaitTail(tailQuietNs);
        if (costAtStart == null) {
            startMeasuring();
        }
        final List<ProcessCost> cost = cost();
        measured.countDown();
        generator.join();
        drain(stages);
        progress.end();
        final Throwable failure = path.failure();
        path.close();
        if (generatorFailure != null) {
            throw new IllegalStateException("the generator failed: " + generatorFailure, generatorFailure);
        }
        final Deliveries deliveries = Deliveries.of(sender, receivers);
        final long deliveredNs = lastArrivalNs - sender.measuredFromNs();
        return new PassResult(
                sends(),
                deliveries,
                receipts(),
                deliveredNs,
                load.recordFrom() == Long.MAX_VALUE || !deliveries.isWhole() ? null : inFlight(deliveredNs),
                List.copyOf(seconds),
                cost,
                stages,
                failure);
    }

    private void drive(final Load load) {
        try {
            load.drive(sender);
        } catch (final RuntimeException | Error ex) {
            generatorFailure = ex;
            sender.stop();
        } finally {
            driven = true;
        }
        // A thread that has ended takes with it what it had cost.
        try {
            measured.await();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(final long durationNs) {
        final long startNs = clock.nanoTime();
        final long deadlineNs = durationNs == Long.MAX_VALUE ? Long.MAX_VALUE : startNs + durationNs + OVERDUE_NS;
        reportedNs = startNs;
        while (!driven) {
            LockSupport.parkNanos(POLL_INTERVAL_NS);
            final long nowNs = clock.nanoTime();
            if (costAtStart == null && sender.measuredFrom() != Long.MAX_VALUE) {
                startMeasuring();
            }
            if (nowNs - reportedNs >= REPORT_INTERVAL_NS) {
                report(nowNs, durationNs == Long.MAX_VALUE ? -1 : startNs + durationNs - nowNs);
            }
            if (nowNs > deadlineNs || path.failure() != null) {
                sender.stop();
            }
        }
    }

    /** What the path's timers recorded until now belongs to the warm-up. */
    private void startMeasuring() {
        path.drainTimers(new StageLog(null));
        cpuAtStart = path.cpuNs();
        costAtStart = CostMark.now();
    }

    private List<ProcessCost> cost() {
        final ProcessCost rig = CostMark.now().since(costAtStart, "rig");
        final List<ProcessCost> all = new ArrayList<>(List.of(rig));
        path.cpuNs()
                .forEach((process, cpuNs) -> all.add(
                        CostMark.ofOther(process, rig.wallNs(), cpuNs - cpuAtStart.getOrDefault(process, cpuNs))));
        return List.copyOf(all);
    }

    private void report(final long nowNs, final long leftNs) {
        final boolean measuring = costAtStart != null;
        if (measuring) {
            drain(stages);
        }
        // Read in this order, so that what is in flight is hardly ever negative: a message may come before it counts as
        // sent.
        final long arrived = arrived();
        final long due = sender.deliveriesDue();
        final long sent = sender.sent();
        final long inFlight = due <= arrived ? 0 : (long) Math.ceil((double) (due - arrived) * sent / due);
        final double rate = (sent - reportedSent) * 1e9 / (nowNs - reportedNs);
        final long lateNs = Math.max(0, nowNs - sender.dueNs());
        final long backlog = (long) (lateNs / 1e9 * rate);
        progress.second(measuring, rate, interval, inFlight, backlog, leftNs);
        if (measuring) {
            seconds.add(new Point.Second(
                    seconds.size() + 1,
                    rate,
                    interval.getValueAtPercentile(50),
                    interval.getValueAtPercentile(99),
                    interval.getValueAtPercentile(99.9),
                    inFlight,
                    backlog));
        }
        reportedSent = sent;
        reportedNs = nowNs;
    }

    private void drain(final StageLog log) {
        interval.reset();
        for (final Receiver receiver : receivers) {
            interval.add(receiver.drain(log));
        }
        sender.drain(log);
        if (acknowledgements != null) {
            acknowledgements.drain(log);
        }
        path.drainTimers(log);
    }

    /** Waits until everything has come or nothing more comes; returns when it last did. */
    private long awaitTail(final long quietNs) {
        final long expected = sender.deliveriesDue();
        long arrived = arrived();
        long receipts = receiptsReceived();
        long lastArrivalNs = clock.nanoTime();
        while (arrived < expected || receipts < sender.sent()) {
            LockSupport.parkNanos(TAIL_POLL_INTERVAL_NS);
            final long nowNs = clock.nanoTime();
            if (arrived() != arrived || receiptsReceived() != receipts) {
                arrived = arrived();
                receipts = receiptsReceived();
                lastArrivalNs = nowNs;
            } else if (nowNs - lastArrivalNs > quietNs || path.failure() != null) {
                break;
            }
        }
        return lastArrivalNs;
    }

    private long arrived() {
        long arrived = 0;
        for (final Receiver receiver : receivers) {
            arrived += receiver.delivered() + receiver.corrupt();
        }
        return arrived;
    }

    private long receiptsReceived() {
        return acknowledgements == null ? sender.sent() : acknowledgements.received();
    }

    private Sends sends() {
        final boolean measured = sender.measuredFrom() != Long.MAX_VALUE;
        return new Sends(
                sender.sent(),
                measured ? sender.sent() - sender.measuredFrom() : 0,
                measured ? sender.deliveriesMeasured() : 0,
                measured ? sender.lastSentNs() - sender.measuredFromNs() : 0,
                sender.behindNs(),
                sender.stalledNs(),
                sender.stallMaxNs(),
                sender.refusals(),
                sender.problem());
    }

    /**
     * How many messages were under way on average: the area between what was taken and what had come, by the wall clock and without
     * the messages' own stamps, and as Little's law has it, by the latencies, without the counts. Two clocks and two ways, so that
     * an error of either shows. A message counts as far as it is with its subscribers. Null when latency is nearly all lag, whose
     * rounding would be more than what is left.
     */
    private Point.InFlight inFlight(final long deliveredNs) {
        final Histogram endToEnd = stages.totals().get(Stage.END_TO_END);
        final long deliveries = sender.deliveriesMeasured();
        if (endToEnd == null || deliveries == 0 || deliveredNs <= 0) {
            return null;
        }
        final double lagNs = sender.lagSum() / deliveries;
        final double transitNs = endToEnd.getMean() - lagNs;
        if (transitNs * LAG_TO_TRANSIT_MAX < lagNs) {
            return null;
        }
        long areaNs = -sender.takenSum();
        for (final Receiver receiver : receivers) {
            areaNs += receiver.arrivedSum();
        }
        final double messages = sender.sent() - sender.measuredFrom();
        return new Point.InFlight(areaNs * (messages / deliveries) / deliveredNs, messages / deliveredNs * transitNs);
    }

    private Receipts receipts() {
        if (acknowledgements == null) {
            return null;
        }
        return new Receipts(
                sender.sent(), acknowledgements.received(), acknowledgements.refused(), acknowledgements.outOfOrder());
    }
}
