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

    private final PassRequests requests;

    /** Set by the shard's thread when it asks for a pass, cleared by the event loop when the ring is empty. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** Whether this is among {@link #requests}. Shard's thread only. */
    private boolean unsure;

    /**
     * The deliveries of an event loop.
     *
     * @param capacity of its ring, a power of two.
     * @param requests of all loops of the gateway.
     */
    Deliveries(final EventLoop loop, final int capacity, final PassRequests requests) {
        this.loop = loop;
        this.requests = requests;
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

    /** The loops that are not sure to make a pass. Shard's thread only. */
    PassRequests requests() {
        return requests;
    }

    /**
     * Shard's thread: adds an entry, for which a pass is sure to come once the {@link #requests} are settled.
     *
     * @return false when the event loop is too far behind.
     */
    boolean offer(final ClientOutbox outbox, final Object message) {
        if (!ring.offer(outbox, message)) {
            return false;
        }
        if (!request() && !unsure) {
            unsure = true;
            requests.add(this);
        }
        return true;
    }

    /** Shard's thread, after a fence: asks for a pass unless one will come. */
    void settle() {
        unsure = false;
        request();
    }

    /** Asks for a pass; false when one seems to be under way. */
    private boolean request() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            execute(this);
            return true;
        }
        return false;
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
        // That must be seen before this thread looks once more: whoever adds an entry looks in the other order.
        VarHandle.fullFence();
        if (!ring.isEmpty()) {
            request();
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
