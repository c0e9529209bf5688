package io.stentor.transport.gateway.server;

import io.netty.channel.EventLoop;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Moves what the shard delivers to the connections of one event loop: one wake-up per burst, one flush per connection
 * and pass.
 */
final class Deliveries implements Runnable {

    /**
     * The most entries of one pass, so that reading from sockets gets its turn: sixteen messages to a thousand connections,
     * which share a flush each.
     */
    private static final int PASS_MAX = 16 * 1024;

    private final EventLoop loop;
    private final DeliveryRing ring;
    private final TimerWheel wheel;
    private final SharedFrames frames = new SharedFrames();
    private final List<ClientOutbox> touched = new ArrayList<>();

    /** Set by the shard's thread when it asks for a pass, cleared by the event loop when the ring is empty. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    Deliveries(final EventLoop loop, final int capacity) {
        this.loop = loop;
        this.ring = new DeliveryRing(capacity);
        this.wheel = new TimerWheel(loop);
    }

    EventLoop loop() {
        return loop;
    }

    /** The timers of the event loop's connections. */
    TimerWheel wheel() {
        return wheel;
    }

    /** The frames that connections share within a pass. */
    SharedFrames frames() {
        return frames;
    }

    /** Shard's thread: adds an entry; false when the event loop is too far behind. */
    boolean offer(final ClientOutbox outbox, final Object message) {
        if (!ring.offer(outbox, message)) {
            return false;
        }
        // The entry must be seen before this thread looks whether a pass will come for it.
        VarHandle.fullFence();
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            execute(this);
        }
        return true;
    }

    /** Any thread: runs something on the event loop; nothing when that has ended. */
    void execute(final Runnable task) {
        try {
            loop.execute(task);
        } catch (final RejectedExecutionException ex) {
            // The gateway has closed: its sockets are gone and Gateway.close() releases what is left in the ring.
        }
    }

    @Override
    public void run() {
        pass();
        if (!ring.isEmpty()) {
            execute(this);
            return;
        }
        scheduled.set(false);
        VarHandle.fullFence();
        if (!ring.isEmpty() && scheduled.compareAndSet(false, true)) {
            execute(this);
        }
    }

    /** Event loop: hands over what was offered before a disconnect, so that the order of calls is kept. */
    void drain() {
        while (!ring.isEmpty()) {
            pass();
        }
    }

    private void pass() {
        for (int i = 0; i < PASS_MAX; i++) {
            final ClientOutbox outbox = ring.first();
            if (outbox == null) {
                break;
            }
            if (outbox.accept(ring.take())) {
                touched.add(outbox);
            }
        }
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).flush();
        }
        frames.end();
        touched.clear();
    }
}
