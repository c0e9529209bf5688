package io.stentor.perf.load;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.NanoClock;

/**
 * Counts a publisher's receipts and times them from the intended time of what they answer.
 *
 * <p>Receipts of one publisher come in the order of its offers, so the n-th receipt answers the n-th message: the
 * generator notes the intended time of a message <em>before</em> it offers it, and the path's own hand-over makes that
 * visible to the thread that brings the receipt.
 */
final class Acknowledgements {
    /** How many messages may wait for their receipts; beyond it the generator waits as if the ring were full. */
    static final int WINDOW = 1 << 20;

    private final long[] intendedNs = new long[WINDOW];
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong outOfOrder = new AtomicLong();
    private final SingleWriterRecorder latency = new SingleWriterRecorder(StageLog.SIGNIFICANT_DIGITS);
    private final NanoClock clock;
    private final long recordFrom;
    private long lastTicket;
    private Histogram recycled;

    /**
     * Receipts of one run.
     *
     * @param clock that the intended times are of.
     * @param recordFrom number of the first message whose latency is recorded.
     */
    Acknowledgements(final NanoClock clock, final long recordFrom) {
        this.clock = clock;
        this.recordFrom = recordFrom;
    }

    /**
     * Notes a message that is about to be offered. Generator's thread.
     *
     * @return false if too many wait for their receipts.
     */
    boolean expect(final long number, final long intendedNs) {
        if (number - received.get() >= WINDOW) {
            return false;
        }
        this.intendedNs[(int) number & (WINDOW - 1)] = intendedNs;
        return true;
    }

    /**
     * Takes a receipt. The thread that brings them.
     *
     * @param ticket of the offer that it answers.
     * @param granted whether the level asked for was reached.
     */
    void onReceipt(final long ticket, final boolean granted) {
        final long number = received.get();
        if (!granted) {
            refused.setRelease(refused.getPlain() + 1);
        } else if (number >= recordFrom) {
            latency.recordValue(Math.max(0, clock.nanoTime() - intendedNs[(int) number & (WINDOW - 1)]));
        }
        if (ticket <= lastTicket) {
            outOfOrder.setRelease(outOfOrder.getPlain() + 1);
        }
        lastTicket = ticket;
        received.setRelease(number + 1);
    }

    /** Receipts so far, refusals among them. Any thread. */
    long received() {
        return received.get();
    }

    /** Receipts that said that the level was not reached. Any thread. */
    long refused() {
        return refused.get();
    }

    /** Receipts that came before one of an earlier offer. Any thread. */
    long outOfOrder() {
        return outOfOrder.get();
    }

    /** Hands over what was recorded since the last call. Reporter's thread. */
    void drain(final StageLog stages) {
        recycled = latency.getIntervalHistogram(recycled);
        stages.add(Stage.INTENDED_TO_RECEIPT, recycled);
    }
}
