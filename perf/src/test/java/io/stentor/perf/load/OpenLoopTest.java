package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

final class OpenLoopTest {
    private static final long MS = 1_000_000;
    private static final long STEP_NS = 20_000;

    private final VirtualTime time = new VirtualTime(STEP_NS);
    private final RunOptions options = new RunOptions();
    private final StageLog stages = new StageLog(null);

    OpenLoopTest() {
        options.size = 64;
    }

    @Test
    void shouldSendEachMessageWithinOnePauseOfItsIntendedTime() {
        final Sender sender = drive(new LoopbackPath(options, List.of(), null));

        assertEquals(3_000, sender.sent());
        assertEquals(1_000, sender.measuredFrom());
        assertEquals(1_000 * MS, sender.measuredFromNs());
        assertEquals(2_000, lag().getTotalCount());
        assertTrue(lag().getMaxValue() < STEP_NS, "lag " + lag().getMaxValue());
    }

    @Test
    void shouldCountFromIntendedTimesThatPassWhilePathRefuses() {
        final long stallFromNs = 1_500 * MS;
        final long stallNs = 100 * MS;

        final Sender sender = drive(new LoopbackPath(options, List.of(), null) {
            @Override
            public long offer(final int topic, final DirectBuffer buffer, final int length) {
                final boolean isStalled = time.nanoTime() >= stallFromNs && time.nanoTime() < stallFromNs + stallNs;
                return isStalled ? BACK_PRESSURED : super.offer(topic, buffer, length);
            }
        });

        assertEquals(3_000, sender.sent());
        assertEquals(stallNs / STEP_NS, sender.refusals());
        assertTrue(sender.behindNs() < STEP_NS, "it caught up");
        // A hundred messages became due in the stall: late by 100 ms, 99 ms and so on, none of them left out.
        assertEquals(lag().highestEquivalentValue(stallNs), lag().getMaxValue());
        assertEquals(100, lag().getCountBetweenValues(MS / 2, Long.MAX_VALUE));
        assertEquals(50, lag().getCountBetweenValues(stallNs / 2 + MS / 2, Long.MAX_VALUE));
    }

    @Test
    void shouldEndWithReasonWhenPathTakesNothingMore() {
        final Sender sender = drive(new LoopbackPath(options, List.of(), null) {
            private int offers;

            @Override
            public long offer(final int topic, final DirectBuffer buffer, final int length) {
                return ++offers > 10 ? -3 : super.offer(topic, buffer, length);
            }
        });

        assertEquals(10, sender.sent());
        assertEquals("code -3", sender.problem());
    }

    private Sender drive(final MessagePath path) {
        final Sender sender = new Sender(path, null, options.traffic(), time, time::nanoTime, time);
        new OpenLoop(new ConstantArrivals(1_000, 1, 2), time, time).drive(sender);
        sender.drain(stages);
        return sender;
    }

    private Histogram lag() {
        return stages.totals().get(Stage.SEND_LAG);
    }
}
