package io.stentor.engine;

import io.stentor.engine.pipeline.MessageParts;
import io.stentor.engine.pipeline.RingEntry;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * The way in. Belongs to one thread; make as many as there are threads that publish.
 *
 * <p>{@link #offer} never blocks and never allocates. {@link #publish} is for those who want an answer per message and do
 * not count allocations.
 */
public final class Publisher {

    /** The ring is full, or {@value PublisherReceipts#IN_FLIGHT_MAX} messages of this publisher wait: try again. */
    public static final long BACK_PRESSURED = RingEntry.BACK_PRESSURED;

    /** The payload is longer than the engine's limit. */
    public static final long TOO_LARGE = RingEntry.TOO_LARGE;

    /** The engine is closed, closing or failed. */
    public static final long CLOSED = RingEntry.CLOSED;

    /** The disk is down to its reserve: try again when there is space. */
    public static final long DISK_RESERVE = RingEntry.DISK_RESERVE;

    /** The level cannot be given by this engine. */
    public static final long LEVEL_UNAVAILABLE = RingEntry.LEVEL_UNAVAILABLE;

    /** Sender, message id or tags are longer than their limits. */
    public static final long INVALID = RingEntry.INVALID;

    private final RingEntry entry;
    private final NanoClock nanoClock;
    private final String epoch;
    private final PublisherReceipts receipts;
    private final MessageParts parts = new MessageParts().clear();
    /** Written by the publisher's thread, emptied by the thread for receipts. */
    private final ConcurrentMap<Long, CompletableFuture<Receipt>> waiting = new ConcurrentHashMap<>();

    private final ReceiptListener listener;
    private long nextTicket = 1;

    Publisher(
            final RingEntry entry,
            final NanoClock nanoClock,
            final String epoch,
            final ReceiptListener listener,
            final Runnable receiptsWakeUp) {
        this.entry = entry;
        this.nanoClock = nanoClock;
        this.epoch = epoch;
        this.listener = listener;
        this.receipts = new PublisherReceipts(this::onReceipt, receiptsWakeUp);
    }

    /**
     * Offers a message with nothing but a payload.
     *
     * @param topic the topic.
     * @param buffer where the payload is; copied.
     * @param offset where it begins.
     * @param length its length in bytes.
     * @return a positive ticket, or one of this class's negative codes.
     */
    public long offer(final Topic topic, final DirectBuffer buffer, final int offset, final int length) {
        parts.topic(topic.state()).payload(buffer, offset, length);
        return offer(parts);
    }

    /**
     * Offers a message.
     *
     * @param message the message; its bytes are copied.
     * @return a positive ticket, or one of this class's negative codes.
     */
    public long offer(final Message message) {
        return offer(message.parts());
    }

    /**
     * Publishes a message.
     *
     * @param message the message; its bytes are copied.
     * @return completes on the engine's thread for receipts when the message has reached its level, or with a
     *     {@link PublishException}. At {@code ACCEPTED} it is complete at once.
     */
    public CompletionStage<Receipt> publish(final Message message) {
        final CompletableFuture<Receipt> result = new CompletableFuture<>();
        final boolean acceptedOnly = message.parts().isAcceptedOnly();
        if (!receipts.reserve()) {
            return CompletableFuture.failedFuture(refusal(BACK_PRESSURED));
        }
        final long ticket = nextTicket++;
        if (!acceptedOnly) {
            waiting.put(ticket, result);
        }
        final long offered =
                entry.offer(message.parts().offeredNs(nanoClock.nanoTime()).receipt(receipts, ticket));
        if (offered < 0) {
            waiting.remove(ticket);
            receipts.unreserve();
            result.completeExceptionally(refusal(offered));
        } else if (acceptedOnly) {
            result.complete(new Receipt(epoch, 0, AckLevel.ACCEPTED, false));
        }
        return result;
    }

    int poll() {
        return receipts.poll();
    }

    void close() {
        waiting.values()
                .forEach(result -> result.completeExceptionally(new PublishException(
                        ResultCode.CLOSED,
                        "the engine closed before it could say what became of the message; publish it again with"
                                + " the same message id")));
        waiting.clear();
    }

    private long offer(final MessageParts message) {
        if (listener == null) {
            return entry.offer(message.offeredNs(nanoClock.nanoTime()).receipt(null, 0));
        }
        if (!receipts.reserve()) {
            return BACK_PRESSURED;
        }
        final long ticket = nextTicket++;
        final long offered = entry.offer(message.offeredNs(nanoClock.nanoTime()).receipt(receipts, ticket));
        if (offered < 0) {
            receipts.unreserve();
            return offered;
        }
        return ticket;
    }

    private void onReceipt(
            final long ticket,
            final ResultCode code,
            final long topicId,
            final long sequence,
            final long offset,
            final AckLevel level) {
        final CompletableFuture<Receipt> result = waiting.isEmpty() ? null : waiting.remove(ticket);
        if (result == null) {
            if (listener != null) {
                listener.onReceipt(ticket, code, topicId, sequence, offset, level);
            }
        } else if (code == ResultCode.OK || code == ResultCode.REPEATED) {
            result.complete(new Receipt(epoch, offset, level, code == ResultCode.REPEATED));
        } else {
            result.completeExceptionally(new PublishException(code, explain(code)));
        }
    }

    private static PublishException refusal(final long offered) {
        final ResultCode code = RingEntry.codeOf(offered);
        return new PublishException(code, explain(code));
    }

    private static String explain(final ResultCode code) {
        return switch (code) {
            case BACK_PRESSURED -> "the engine is full for the moment: try again";
            case TOO_LARGE -> "the payload is longer than the engine's limit";
            case CLOSED -> "the engine is closed";
            case DISK_RESERVE -> "the disk is down to its reserve: try again when there is space";
            case LEVEL_UNAVAILABLE -> "the acknowledgement level cannot be given by this engine";
            case INVALID -> "sender, message id or tags are longer than their limits";
            case MESSAGE_ID_REUSED -> "the message id was used before for another message";
            case DEDUPE_FULL -> "the table of message ids is full: try again later";
            case SEQUENCE_FORGOTTEN -> "the producer has gone far beyond this number: it was recorded before";
            default -> "refused: " + code;
        };
    }
}
