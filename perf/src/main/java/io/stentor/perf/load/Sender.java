package io.stentor.perf.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Offers numbered messages to a path, each one until it is taken. The generator's thread calls {@link #send} and
 * {@link #startMeasuring} and writes every counter; the reporter reads them and may {@link #stop}.
 */
final class Sender {
    /** A generator is behind from here on: some pauses of it, and less than any rate that is missed adds up to. */
    private static final long BEHIND_MIN_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** The generator itself is late from here on: more than a thread waits for a core that others share with it. */
    private static final long STALL_MIN_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final SingleWriterRecorder lag = new SingleWriterRecorder(StageLog.SIGNIFICANT_DIGITS);
    private final MessagePath path;
    private final Acknowledgements acknowledgements;
    private final NanoClock clock;
    private final EpochNanoClock wallClock;
    private final IdleStrategy refusedIdle;
    private final UnsafeBuffer payload;
    private final Traffic traffic;
    private final AtomicLong deliveriesDue = new AtomicLong();

    /** By topic. Written by the generator and read once it has ended. */
    private final long[] sentTo;

    private Histogram recycled;

    /** Subscribers of the message just sent. */
    private int subscriberCount;

    /** Written by the generator for each message and read once it has ended; joining its thread orders the two. */
    private long onTimeNs;

    private long lastSentNs;
    private long stalledNs;
    private long stallMaxNs;
    private long takenSum;
    private double lagSum;
    private long deliveriesBefore;

    private volatile long dueNs = Long.MAX_VALUE;
    private volatile long measuredFrom = Long.MAX_VALUE;
    private volatile long measuredFromNs;
    private volatile String problem;
    private volatile boolean stopped;

    /**
     * A sender of one run.
     *
     * @param path that takes the messages.
     * @param acknowledgements notes each message that will be acknowledged, or null.
     * @param traffic the messages and who gets them.
     * @param clock that intended times are of.
     * @param wallClock another one, for what is counted without the first.
     * @param refusedIdle how to wait before a refused message is offered again.
     */
    Sender(
            final MessagePath path,
            final Acknowledgements acknowledgements,
            final Traffic traffic,
            final NanoClock clock,
            final EpochNanoClock wallClock,
            final IdleStrategy refusedIdle) {
        this.path = path;
        this.acknowledgements = acknowledgements;
        this.clock = clock;
        this.wallClock = wallClock;
        this.refusedIdle = refusedIdle;
        this.traffic = traffic;
        sentTo = new long[traffic.topics()];
        final int lengthMax = traffic.payloadLengthMax();
        payload = new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthMax, BitUtil.CACHE_LINE_LENGTH));
        Payload.fill(payload, lengthMax);
    }

    /** From the next message on, messages count and their lag is recorded; {@code fromNs} is when that time begins. */
    void startMeasuring(final long fromNs) {
        onTimeNs = fromNs;
        measuredFromNs = fromNs;
        deliveriesBefore = deliveriesDue.getPlain();
        measuredFrom = sent.getPlain();
        stalledNs = 0;
        stallMaxNs = 0;
    }

    /**
     * The generator turns to the next message. It is late by itself when the message is due and the one before it was taken
     * long ago; what it waits for the path is not its own. Called for each message of an open loop.
     */
    void begin(final long intendedNs, final long nowNs) {
        dueNs = intendedNs;
        final long lateNs = nowNs - Math.max(intendedNs, lastSentNs);
        if (lateNs >= STALL_MIN_NS && lastSentNs != 0) {
            stalledNs += lateNs;
            stallMaxNs = Math.max(stallMaxNs, lateNs);
        }
    }

    /**
     * Sends the next message, waiting for as long as the path refuses it.
     *
     * @param intendedNs when it was meant to be sent.
     * @return false if it was not sent and no other will be.
     */
    boolean send(final long intendedNs) {
        final long number = sent.getPlain();
        traffic.select(number);
        final int topic = traffic.topic();
        final int length = traffic.payloadLength();
        Payload.stamp(payload, length, number, topic, sentTo[topic], intendedNs);
        while (!offer(number, topic, length, intendedNs)) {
            if (stopped) {
                return false;
            }
            refusals.setRelease(refusals.getPlain() + 1);
            refusedIdle.idle();
        }
        sentTo[topic]++;
        subscriberCount = traffic.subscriberCount(topic);
        deliveriesDue.setRelease(deliveriesDue.getPlain() + subscriberCount);
        sent.setRelease(number + 1);
        return true;
    }

    /** Records how late the message just sent was, and that no later one was sent so far. */
    void recordLag(final long intendedNs) {
        final long nowNs = clock.nanoTime();
        final long lagNs = nowNs - intendedNs;
        lag.recordValue(Math.max(0, lagNs));
        if (lagNs <= BEHIND_MIN_NS) {
            onTimeNs = nowNs;
        }
        lastSentNs = nowNs;
        lagSum += (double) Math.max(0, lagNs) * subscriberCount;
        takenSum += wallClock.nanoTime() * subscriberCount;
    }

    /** Marks the time of the last message, for a load that records no lag. */
    void finish() {
        lastSentNs = clock.nanoTime();
        onTimeNs = lastSentNs;
    }

    /** Asks for no more messages. Any thread. */
    void stop() {
        stopped = true;
    }

    /** Whether no more messages are wanted. Any thread. */
    boolean isStopped() {
        return stopped;
    }

    /** Messages that the path took so far. Any thread. */
    long sent() {
        return sent.get();
    }

    /** How often the path had no room. Any thread. */
    long refusals() {
        return refusals.get();
    }

    /** Number of the first message that counts, {@link Long#MAX_VALUE} during the warm-up. Any thread. */
    long measuredFrom() {
        return measuredFrom;
    }

    /** When the time that counts began; valid once {@link #measuredFrom} is. Any thread. */
    long measuredFromNs() {
        return measuredFromNs;
    }

    /** When the last message was taken; valid once the generator has ended. */
    long lastSentNs() {
        return lastSentNs;
    }

    /** How long the last messages were behind without a break; valid once the generator has ended. */
    long behindNs() {
        return lastSentNs - onTimeNs;
    }

    /** How long the generator itself was late, and not the path; valid once it has ended. */
    long stalledNs() {
        return stalledNs;
    }

    /** The longest time that the generator itself was late; valid once it has ended. */
    long stallMaxNs() {
        return stallMaxNs;
    }

    /**
     * The wall-clock times at which messages that count were taken, added up once for each delivery, modulo 2^64: only a
     * difference to a sum of as many times means something. Valid once the generator has ended.
     */
    long takenSum() {
        return takenSum;
    }

    /** The lag of messages that count, in nanoseconds, added up once for each delivery. Valid once the generator has ended. */
    double lagSum() {
        return lagSum;
    }

    /** Deliveries that the messages so far call for. Any thread. */
    long deliveriesDue() {
        return deliveriesDue.get();
    }

    /** Deliveries that the messages call for that count; valid once the generator has ended. */
    long deliveriesMeasured() {
        return deliveriesDue.get() - deliveriesBefore;
    }

    /** Messages that the path took for a topic; valid once the generator has ended. */
    long sentTo(final int topic) {
        return sentTo[topic];
    }

    /** When the message that the path is to take next is or was due; {@link Long#MAX_VALUE} before the first. Any thread. */
    long dueNs() {
        return dueNs;
    }

    /** Why the path takes nothing more, or null. Any thread. */
    String problem() {
        return problem;
    }

    /** Hands over the lag recorded since the last call. Reporter's thread. */
    void drain(final StageLog stages) {
        recycled = lag.getIntervalHistogram(recycled);
        stages.add(Stage.SEND_LAG, recycled);
    }

    private boolean offer(final long number, final int topic, final int length, final long intendedNs) {
        if (acknowledgements != null && !acknowledgements.expect(number, intendedNs)) {
            return false;
        }
        final long code = path.offer(topic, payload, length);
        if (code < 0 && code != MessagePath.BACK_PRESSURED) {
            problem = path.reasonFor(code);
            stopped = true;
        }
        return code > 0;
    }
}
