package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.ReceiptDecoder;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Carries clients' messages to the engine and its receipts back. One thread, the shard's.
 */
final class Submits {

    /** Messages whose receipts are outstanding: a second of 65,536 publishes. One more is refused with 111. */
    static final int OUTSTANDING_MAX = 65_536;

    /** How long a receipt may take, in nanoseconds: 30 s, then the client repeats under its message id. */
    static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    /** The most bytes of a client's message id: its length is one byte on the wire. */
    private static final int MESSAGE_ID_LENGTH_MAX = 255;

    private static final byte[] NO_MESSAGE_ID = new byte[0];

    private record Submitted(Session session, long commandId, long deadlineNs) {}

    /** By correlation id, and by deadline, since all have the same time. */
    private final LinkedHashMap<Long, Submitted> outstanding = new LinkedHashMap<>();

    private final Attachment attachment;
    private final ControlStream control;
    private final TopicTable topics;
    private final Chain chain;
    private final NanoClock clock;
    private long correlationId;

    Submits(final Parts parts) {
        this.attachment = parts.attachment;
        this.control = parts.control;
        this.topics = parts.topics;
        this.chain = parts.chain;
        this.clock = parts.clock;
    }

    void onPublish(final Session session, final ClientCommand.Publish command) {
        if (!attachment.isAttached()) {
            session.fail(command.id(), ClientError.TOO_MANY_REQUESTS, "the shard attaches to the engine, try again");
            return;
        }
        final ClientError error = submit(session, command);
        if (error != null) {
            session.fail(command.id(), error);
        }
    }

    void onReceipt(final ReceiptDecoder receipt) {
        final Submitted submitted = outstanding.remove(receipt.correlationId());
        if (submitted == null) {
            return;
        }
        final ResultCode code = receipt.code();
        if (code == ResultCode.OK || code == ResultCode.REPEATED) {
            submitted.session.reply(
                    submitted.commandId,
                    new Reply.Published(
                            new StreamPosition(Epoch.format(chain.logId(), receipt.term()), receipt.topicOffset()),
                            receipt.level(),
                            code == ResultCode.REPEATED));
        } else {
            submitted.session.fail(submitted.commandId, error(code));
        }
    }

    /** The chain is over: receipts may have been lost with it, and the clients are to repeat. */
    void failAll() {
        for (final Submitted submitted : outstanding.values()) {
            submitted.session.fail(
                    submitted.commandId,
                    ClientError.INTERNAL,
                    "the shard attaches to the engine again, and whether the message was taken is not known; repeat it with"
                            + " its id");
        }
        outstanding.clear();
    }

    /** Gives up on receipts that take too long. */
    int tick(final long nowNs) {
        int work = 0;
        final Iterator<Submitted> oldestFirst = outstanding.values().iterator();
        while (oldestFirst.hasNext()) {
            final Submitted oldest = oldestFirst.next();
            if (oldest.deadlineNs - nowNs > 0) {
                break;
            }
            oldestFirst.remove();
            oldest.session.fail(
                    oldest.commandId,
                    ClientError.INTERNAL,
                    "the engine has not answered in time, and whether the message was taken is not known; repeat it with"
                            + " its id");
            work++;
        }
        return work;
    }

    /** What a client is told of a refusal. */
    static ClientError error(final ResultCode code) {
        return switch (code) {
            case BACK_PRESSURED, DISK_RESERVE, DEDUPE_FULL -> ClientError.TOO_MANY_REQUESTS;
            case MESSAGE_ID_REUSED -> ClientError.MESSAGE_ID_REUSED;
            case TOO_LARGE -> ClientError.MESSAGE_TOO_LARGE;
            case LEVEL_UNAVAILABLE -> ClientError.LEVEL_UNAVAILABLE;
            case INVALID -> ClientError.BAD_REQUEST;
            default -> ClientError.INTERNAL;
        };
    }

    private ClientError submit(final Session session, final ClientCommand.Publish command) {
        if (TopicName.problem(command.topic()) != null) {
            return ClientError.BAD_REQUEST;
        }
        final byte[] messageId = command.messageId() == null
                ? NO_MESSAGE_ID
                : command.messageId().getBytes(StandardCharsets.UTF_8);
        if (messageId.length > MESSAGE_ID_LENGTH_MAX) {
            return ClientError.BAD_REQUEST;
        }
        if (command.payload().length > attachment.payloadLengthMax()) {
            return ClientError.MESSAGE_TOO_LARGE;
        }
        if (outstanding.size() >= OUTSTANDING_MAX) {
            return ClientError.TOO_MANY_REQUESTS;
        }
        final ShardTopic topic = topics.byName(command.topic());
        final long nowNs = clock.nanoTime();
        final long id = correlationId + 1;
        if (!control.submit(id, command, topic == null ? 0 : topic.topicId, session, messageId, nowNs)) {
            return ClientError.TOO_MANY_REQUESTS;
        }
        correlationId = id;
        outstanding.put(id, new Submitted(session, command.id(), nowNs + TIMEOUT_NS));
        return null;
    }
}
