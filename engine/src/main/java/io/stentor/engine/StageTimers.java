package io.stentor.engine;

import io.stentor.engine.pipeline.StageRecorder;
import io.stentor.fanout.shard.StageListener;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * How long messages spend in each stage, in nanoseconds. Each histogram covers the time since it was last read; reading
 * is for one thread and does not disturb the stages.
 *
 * <p>Three significant digits, up to a minute; what took longer counts as a minute.
 */
public final class StageTimers {

    /** The longest duration that is told apart, in nanoseconds: one minute. */
    static final long HIGHEST_NS = 60_000_000_000L;

    private static final int DIGITS = 3;

    private final Timer ringWait = new Timer();
    private final Timer journal = new Timer();
    private final Timer routeAndSend = new Timer();
    private final Timer publishToShard = new Timer();
    private final Timer publishToAck = new Timer();

    StageTimers() {}

    /** From the offer to the start of its batch. */
    public Histogram ringWait() {
        return ringWait.interval();
    }

    /** A batch's append to the journal, for each of its messages. */
    public Histogram journal() {
        return journal.interval();
    }

    /** A batch's routing and sending, for each of its messages. */
    public Histogram routeAndSend() {
        return routeAndSend.interval();
    }

    /** From the offer until the shard has the message. */
    public Histogram publishToShard() {
        return publishToShard.interval();
    }

    /** From the offer until a client's {@code ack} of the message has reached the shard. */
    public Histogram publishToAck() {
        return publishToAck.interval();
    }

    StageRecorder ringWaitRecorder() {
        return ringWait;
    }

    StageRecorder journalRecorder() {
        return journal;
    }

    StageRecorder routeAndSendRecorder() {
        return routeAndSend;
    }

    StageListener shardListener() {
        return new StageListener() {
            @Override
            public void onShardReceived(final long latencyNs) {
                publishToShard.record(latencyNs, 1);
            }

            @Override
            public void onClientAck(final long latencyNs) {
                publishToAck.record(latencyNs, 1);
            }
        };
    }

    /** One stage: written by its thread, read by another. */
    private static final class Timer implements StageRecorder {

        private final SingleWriterRecorder recorder = new SingleWriterRecorder(1, HIGHEST_NS, DIGITS);

        @Override
        public void record(final long durationNs, final int count) {
            recorder.recordValueWithCount(Math.max(0, Math.min(durationNs, HIGHEST_NS)), count);
        }

        Histogram interval() {
            return recorder.getIntervalHistogram();
        }
    }
}
