package io.stentor.fanout.shard;

import io.stentor.transport.wire.FetchEncoder;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.MessageHeaderEncoder;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Reads of the journal that the shard has asked for, and those that wait for their turn. One thread, the shard's.
 */
final class Fetches {

    /** Reads under way at once: each may bring 1 MiB, so the answers take at most 64 MiB of memory. */
    static final int IN_FLIGHT_MAX = 64;

    /** Reads that wait: a storm of reconnects, most of which the window serves. One more is refused with 111. */
    static final int WAITING_MAX = 65_536;

    /** How long a read may take, in nanoseconds: 10 s, after which its client is told to try again. */
    static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private static final int TEXT_MAX = 257;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final FetchEncoder encoder = new FetchEncoder();
    private final Long2ObjectHashMap<PendingFetch> inFlight = new Long2ObjectHashMap<>();
    private final ArrayDeque<PendingFetch> waiting = new ArrayDeque<>();
    private final LinkedHashSet<PendingFetch> byDeadline = new LinkedHashSet<>();
    private final FragmentPacker packer;
    private final Chain chain;
    private final Attachment attachment;
    private final int shardId;

    /** Begins anywhere: what an earlier start of this shard has asked for may still be answered at its address. */
    private long correlationId;

    Fetches(final ShardContext context, final Chain chain, final Attachment attachment) {
        this.packer = new FragmentPacker(context.fetch());
        this.chain = chain;
        this.attachment = attachment;
        this.shardId = context.shardId();
        this.correlationId = context.random().nextLong() >>> 2;
    }

    /**
     * Asks for a page.
     *
     * @return false when too many wait already: nothing was taken.
     */
    boolean request(final PendingFetch fetch, final long nowNs) {
        if (byDeadline.size() >= WAITING_MAX) {
            return false;
        }
        fetch.correlationId = ++correlationId;
        fetch.deadlineNs = nowNs + TIMEOUT_NS;
        waiting.add(fetch);
        byDeadline.add(fetch);
        return true;
    }

    /** The read that a page answers; null when nobody knows of it. */
    PendingFetch byCorrelationId(final long correlationId) {
        return inFlight.get(correlationId);
    }

    /** The answer is whole. */
    void completed(final PendingFetch fetch) {
        inFlight.remove(fetch.correlationId);
        byDeadline.remove(fetch);
        if (!fetch.done) {
            fetch.done = true;
            fetch.taker.onPage(fetch);
        }
    }

    /** The answer cannot be believed. */
    void failed(final PendingFetch fetch) {
        inFlight.remove(fetch.correlationId);
        byDeadline.remove(fetch);
        if (!fetch.done) {
            fetch.done = true;
            fetch.taker.onFailure(fetch);
        }
    }

    /** Fails everything: what was read may not be of the log any more. */
    void failAll() {
        waiting.clear();
        inFlight.clear();
        for (final PendingFetch fetch : byDeadline.toArray(new PendingFetch[0])) {
            failed(fetch);
        }
    }

    /** Sends what may go and gives up on what has lasted too long. */
    int doWork(final long nowNs) {
        int work = 0;
        while (!byDeadline.isEmpty() && byDeadline.iterator().next().deadlineNs - nowNs <= 0) {
            failed(byDeadline.iterator().next());
            work++;
        }
        PendingFetch next;
        while (inFlight.size() < IN_FLIGHT_MAX && (next = waiting.peek()) != null) {
            if (next.done) {
                byDeadline.remove(next);
            } else if (send(next)) {
                inFlight.put(next.correlationId, next);
            } else {
                break;
            }
            waiting.remove();
            work++;
        }
        return work + (packer.pending() > 0 && packer.flush() > 0 ? 1 : 0);
    }

    private boolean send(final PendingFetch fetch) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + FetchEncoder.BLOCK_LENGTH + 3 * TEXT_MAX;
        if (!packer.claim(length) && (packer.flush() <= 0 || !packer.claim(length))) {
            return false;
        }
        final Session of = fetch.cursorOf;
        encoder.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .correlationId(fetch.correlationId)
                .logId(fetch.logId)
                .term(fetch.term)
                .topicOffset(fetch.offset)
                .afterSequence(0)
                .throughSequence(chain.sequence())
                .messagesMax(fetch.messagesMax)
                .bytesMax(fetch.bytesMax)
                .reverse((short) (fetch.reverse ? 1 : 0))
                .cursorDevice((short) (of == null ? 0 : 1))
                .ticket(attachment.ticket())
                .topicName(fetch.topicName)
                .user(of == null ? "" : of.user())
                .device(of == null ? "" : of.device());
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength());
        return true;
    }
}
