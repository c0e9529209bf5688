package io.stentor.transport.gateway.server;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The timers of one event loop's connections, hashed by the tick in which they are due. A timer is a part of its owner:
 * arming and disarming link and unlink it, and cost neither an allocation nor a task. Event loop only.
 *
 * <p>A timer is due up to two ticks late, never early. The wheel turns only while a timer is armed. One whose time is beyond
 * the wheel's turn is passed over once a turn, some 33 s.
 */
final class TimerWheel implements Runnable {

    /** What happens later. */
    abstract static class Timer {

        private Timer previous;
        private Timer next;

        /** When it is due; 0 while it is not armed. */
        private long dueTick;

        /** Event loop: the time has come; the timer is not armed any more. */
        abstract void onTimer();
    }

    /** How fine time is: far below the seconds that are waited for here, and 31 wake-ups a second. */
    static final int TICK_MS = 32;

    /** Longer than a ping's interval, so that a turn passes over few timers that are not due. */
    private static final int SLOTS = 1024;

    private static final int MASK = SLOTS - 1;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);

    private final Timer[] slots = new Timer[SLOTS];
    private final EventExecutor loop;
    private final long startNs;
    private Future<?> turning;

    /** The last tick whose timers have been looked at. */
    private long tick;

    private int armed;

    TimerWheel(final EventExecutor loop) {
        this.loop = loop;
        this.startNs = loop.ticker().nanoTime();
    }

    /** Arms a timer, anew if it is armed. */
    void arm(final Timer timer, final long delayMs) {
        disarm(timer);
        if (armed == 0) {
            tick = nowTick();
            turning = loop.scheduleAtFixedRate(this, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        }
        armed++;
        // The tick that has begun does not count, so that no timer is early.
        timer.dueTick = Math.max(tick, nowTick()) + 1 + (Math.max(1, delayMs) + TICK_MS - 1) / TICK_MS;
        link(timer);
    }

    /** Disarms a timer; nothing if it is not armed. */
    void disarm(final Timer timer) {
        if (timer.dueTick != 0) {
            unlink(timer);
            timer.dueTick = 0;
            armed--;
            if (armed == 0) {
                turning.cancel(false);
            }
        }
    }

    /** The wheel's clock, in milliseconds. */
    long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime() - startNs);
    }

    /** How many timers are armed. */
    int armed() {
        return armed;
    }

    @Override
    public void run() {
        final long now = nowTick();
        // A loop that was held up for longer than a turn looks at each slot once.
        tick = Math.max(tick, now - SLOTS);
        while (tick < now && armed > 0) {
            tick++;
            fire(now);
        }
    }

    /** Fires what is due in a slot. Timers that are armed meanwhile are due later and come in front, or elsewhere. */
    private void fire(final long now) {
        final int slot = (int) tick & MASK;
        Timer timer = slots[slot];
        while (timer != null) {
            if (timer.dueTick <= now) {
                disarm(timer);
                timer.onTimer();
                // Whatever it did may have changed the slot; each due timer is taken out, so this ends.
                timer = slots[slot];
            } else {
                timer = timer.next;
            }
        }
    }

    private long nowTick() {
        return (loop.ticker().nanoTime() - startNs) / TICK_NS;
    }

    private void link(final Timer timer) {
        final int slot = (int) timer.dueTick & MASK;
        final Timer first = slots[slot];
        timer.next = first;
        timer.previous = null;
        if (first != null) {
            first.previous = timer;
        }
        slots[slot] = timer;
    }

    private void unlink(final Timer timer) {
        if (timer.previous == null) {
            slots[(int) timer.dueTick & MASK] = timer.next;
        } else {
            timer.previous.next = timer.next;
        }
        if (timer.next != null) {
            timer.next.previous = timer.previous;
        }
        timer.previous = null;
        timer.next = null;
    }
}
