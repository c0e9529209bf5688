package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Timers fire once, in time and not before. */
final class TimerWheelTest {

    /** A turn of the wheel and a little more. */
    private static final long TURN_MS = 1024L * TimerWheel.TICK_MS;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final TimerWheel wheel = new TimerWheel(channel.eventLoop());
    private final List<String> fired = new ArrayList<>();

    private final class Named extends TimerWheel.Timer {

        private final String name;
        private int again;

        private Named(final String name, final int again) {
            this.name = name;
            this.again = again;
        }

        private Named(final String name) {
            this(name, 0);
        }

        @Override
        void onTimer() {
            fired.add(name);
            if (again-- > 0) {
                wheel.arm(this, 100);
            }
        }
    }

    @Test
    void shouldNotFireBeforeItIsDue() {
        wheel.arm(new Named("a"), 1_000);

        pass(999);

        assertEquals(List.of(), fired);
    }

    @Test
    void shouldFireOnceWithinTwoTicksOfItsTime() {
        wheel.arm(new Named("a"), 1_000);

        pass(1_000 + 2 * TimerWheel.TICK_MS);
        pass(2 * TURN_MS);

        assertEquals(List.of("a"), fired);
    }

    @Test
    void shouldFireInTheRightTurnWhenItsTimeIsBeyondOne() {
        wheel.arm(new Named("late"), 2 * TURN_MS + 1_000);
        wheel.arm(new Named("early"), 1_000);

        pass(2 * TURN_MS);
        assertEquals(List.of("early"), fired);

        pass(1_000 + 2 * TimerWheel.TICK_MS);
        assertEquals(List.of("early", "late"), fired);
    }

    @Test
    void shouldNotFireWhenDisarmed() {
        final Named first = new Named("first");
        final Named middle = new Named("middle");
        final Named last = new Named("last");
        wheel.arm(first, 500);
        wheel.arm(middle, 500);
        wheel.arm(last, 500);
        wheel.disarm(middle);

        pass(1_000);

        assertEquals(List.of("last", "first"), fired);
        assertEquals(0, wheel.armed());
    }

    @Test
    void shouldFireAtTheLaterTimeOnlyWhenArmedAnew() {
        final Named timer = new Named("a");
        wheel.arm(timer, 100);
        wheel.arm(timer, 10_000);

        pass(9_999);
        assertEquals(List.of(), fired);

        pass(100);
        assertEquals(List.of("a"), fired);
    }

    @Test
    void shouldFireAgainWhenArmedByItself() {
        wheel.arm(new Named("a", 2), 100);

        pass(10_000);

        assertEquals(List.of("a", "a", "a"), fired);
    }

    @Test
    void shouldFireEverythingDueWhenTheLoopWasHeldUpForTurns() {
        for (int i = 0; i < 100; i++) {
            wheel.arm(new Named("t" + i), 1 + i * 300L);
        }

        ticker.advance(5 * TURN_MS, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();

        assertEquals(100, fired.size());
        assertEquals(0, wheel.armed());
    }

    private void pass(final long milliseconds) {
        for (long i = 0; i < milliseconds; i++) {
            ticker.advance(1, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}
