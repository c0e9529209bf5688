package io.stentor.perf.shards;

import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionSink;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What all sessions of a path are given: the numbers of one publisher's messages, which go to the topics in a fixed turn. One
 * lost, repeated or out of its place is seen at once, and nothing is looked up for it, so that a million topics are not
 * slowed down by the rig. The shard's thread writes; any reads.
 */
final class Deliveries implements SessionSink {

    private static final long POLL_INTERVAL_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final int topics;
    private volatile String problem;

    /**
     * Deliveries to be.
     *
     * @param topics how many there are: message n is the one with offset n / topics + 1 of its topic.
     */
    Deliveries(final int topics) {
        this.topics = topics;
    }

    @Override
    public boolean onPublication(final Publication publication) {
        final long expected = delivered.getPlain();
        final long number = publication.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
        if (number != expected || publication.offset() != expected / topics + 1) {
            fail("message " + number + " came as offset " + publication.offset() + " of " + publication.topic()
                    + " where message " + expected + " was due");
        }
        delivered.setRelease(expected + 1);
        return true;
    }

    @Override
    public boolean onReply(final long commandId, final Reply reply) {
        if (reply instanceof final Reply.Failed failed) {
            fail("refused: " + failed.error() + ' ' + failed.detail());
        }
        answered.incrementAndGet();
        return true;
    }

    @Override
    public boolean onPush(final Push push) {
        fail("a session was told " + push);
        return true;
    }

    @Override
    public void disconnect(final Disconnect disconnect) {
        fail("a session has ended with " + disconnect.code() + ": " + disconnect.reason());
    }

    /**
     * Waits until so many messages have come.
     *
     * @throws IllegalStateException when one is lost, repeated or out of order, or nothing comes for ten seconds.
     */
    void await(final long messages) {
        await(delivered, messages, "messages");
    }

    /** Waits until so many commands were answered, as {@link #await}. */
    void awaitAnswers(final long answers) {
        await(answered, answers, "answers");
    }

    private void await(final AtomicLong counter, final long wanted, final String what) {
        long seen = counter.get();
        long seenNs = SystemNanoClock.INSTANCE.nanoTime();
        while (seen < wanted && problem == null) {
            LockSupport.parkNanos(POLL_INTERVAL_NS);
            final long now = counter.get();
            if (now != seen) {
                seen = now;
                seenNs = SystemNanoClock.INSTANCE.nanoTime();
            } else if (SystemNanoClock.INSTANCE.nanoTime() - seenNs > ShardPath.DEADLINE_NS) {
                fail(wanted - seen + " of " + wanted + ' ' + what + " never came");
            }
        }
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
    }

    private void fail(final String what) {
        if (problem == null) {
            problem = what;
        }
    }
}
