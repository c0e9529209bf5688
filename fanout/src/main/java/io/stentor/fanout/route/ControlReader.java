package io.stentor.fanout.route;

import io.stentor.transport.wire.AttachDecoder;
import io.stentor.transport.wire.CursorDecoder;
import io.stentor.transport.wire.DetachDecoder;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.InterestCompleteDecoder;
import io.stentor.transport.wire.InterestDecoder;
import io.stentor.transport.wire.InterestOp;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.ProveDecoder;
import io.stentor.transport.wire.ShardHeartbeatDecoder;
import io.stentor.transport.wire.SignalDecoder;
import io.stentor.transport.wire.StateEndDecoder;
import io.stentor.transport.wire.StateEntryDecoder;
import io.stentor.transport.wire.SubmitDecoder;
import io.stentor.transport.wire.TopicName;
import io.stentor.transport.wire.WatermarkDecoder;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * Reads what shards say on the control stream and acts on it: interest, and requests that go on to the pipeline. Attaches go
 * to the {@link Attaches}. One thread, the send step's.
 *
 * <p>Every message but an attach counts only on the connection whose shard has proven itself, and only for that shard; any
 * other is dropped and counted.
 *
 * <p>A request that the ring has no room for stops the fragment: the same fragment comes again with the next poll of that
 * connection, and the messages of it that were done already are passed over.
 */
public final class ControlReader implements FragmentHandler {

    private static final long NOTHING_DONE = 0;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final AttachDecoder attach = new AttachDecoder();
    private final ProveDecoder prove = new ProveDecoder();
    private final InterestDecoder interest = new InterestDecoder();
    private final InterestCompleteDecoder interestComplete = new InterestCompleteDecoder();
    private final SubmitDecoder submit = new SubmitDecoder();
    private final CursorDecoder cursor = new CursorDecoder();
    private final WatermarkDecoder watermark = new WatermarkDecoder();
    private final ShardHeartbeatDecoder heartbeat = new ShardHeartbeatDecoder();
    private final StateEntryDecoder stateEntry = new StateEntryDecoder();
    private final StateEndDecoder stateEnd = new StateEndDecoder();
    private final DetachDecoder detach = new DetachDecoder();
    private final SignalDecoder signal = new SignalDecoder();

    private final FragmentReader.MessageHandler messageHandler = this::onMessage;
    private final Router router;
    private final Attaches attaches;
    private final ShardRequests requests;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;

    /** How many messages of a fragment that was stopped are done, by connection. */
    private final Long2LongHashMap resumeIndexes = new Long2LongHashMap(NOTHING_DONE);

    private long sourceId;
    private int messageIndex;
    private long resumeIndex;
    private boolean stopped;

    /**
     * A reader of the control stream.
     *
     * @param router whose streams it opens and changes.
     * @param requests takes what is not about streams.
     * @param clock the monotonic clock.
     * @param errorHandler is told of malformed fragments and refused attaches.
     */
    public ControlReader(
            final Router router, final ShardRequests requests, final NanoClock clock, final ErrorHandler errorHandler) {
        this.router = router;
        this.attaches = new Attaches(router, clock, errorHandler);
        this.requests = requests;
        this.clock = clock;
        this.errorHandler = errorHandler;
    }

    @Override
    public boolean onFragment(final long source, final DirectBuffer buffer, final int offset, final int length) {
        sourceId = source;
        messageIndex = 0;
        stopped = false;
        resumeIndex = resumeIndexes.isEmpty() ? NOTHING_DONE : resumeIndexes.remove(source);
        if (!FragmentReader.read(buffer, offset, length, messageHandler)) {
            errorHandler.onError(
                    new IllegalArgumentException("malformed fragment of " + length + " bytes on the control stream"));
        }
        return !stopped;
    }

    private void onMessage(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        if (stopped || messageIndex++ < resumeIndex) {
            return;
        }
        try {
            if (!dispatch(templateId, buffer, offset)) {
                stopped = true;
                resumeIndexes.put(sourceId, messageIndex - 1L);
            }
        } catch (final IndexOutOfBoundsException | IllegalArgumentException ex) {
            errorHandler.onError(new IllegalArgumentException(
                    "malformed message " + templateId + " of " + length + " bytes on the control stream", ex));
        }
    }

    private boolean dispatch(final int templateId, final DirectBuffer buffer, final int offset) {
        if (templateId == AttachDecoder.TEMPLATE_ID) {
            attaches.onAttach(sourceId, attach.wrapAndApplyHeader(buffer, offset, header), buffer, offset);
            return true;
        }
        final ShardStream stream = router.streamOf(sourceId);
        if (stream == null) {
            router.stranger();
            return true;
        }
        if (templateId == ProveDecoder.TEMPLATE_ID) {
            attaches.onProve(stream, prove.wrapAndApplyHeader(buffer, offset, header));
            return true;
        }
        if (!stream.isProven()) {
            router.stranger();
            return true;
        }
        return dispatch(stream, templateId, buffer, offset);
    }

    private boolean dispatch(
            final ShardStream stream, final int templateId, final DirectBuffer buffer, final int offset) {
        switch (templateId) {
            case SubmitDecoder.TEMPLATE_ID -> {
                submit.wrapAndApplyHeader(buffer, offset, header);
                return !isOf(stream, submit.shardId())
                        || (stream.mayAcceptSubmit() && requests.onSubmit(stream, submit));
            }
            case CursorDecoder.TEMPLATE_ID -> {
                cursor.wrapAndApplyHeader(buffer, offset, header);
                return !hasChain(stream, cursor.shardId()) || requests.onCursor(cursor);
            }
            case WatermarkDecoder.TEMPLATE_ID -> {
                watermark.wrapAndApplyHeader(buffer, offset, header);
                return !hasChain(stream, watermark.shardId()) || requests.onWatermark(watermark);
            }
            case InterestDecoder.TEMPLATE_ID -> onInterest(stream, interest.wrapAndApplyHeader(buffer, offset, header));
            case ShardHeartbeatDecoder.TEMPLATE_ID ->
                onHeartbeat(stream, heartbeat.wrapAndApplyHeader(buffer, offset, header));
            case SignalDecoder.TEMPLATE_ID -> {
                signal.wrapAndApplyHeader(buffer, offset, header);
                if (isOf(stream, signal.shardId())) {
                    requests.onSignal(stream, signal);
                }
            }
            case StateEntryDecoder.TEMPLATE_ID -> {
                stateEntry.wrapAndApplyHeader(buffer, offset, header);
                if (isOf(stream, stateEntry.shardId())) {
                    requests.onStateEntry(stateEntry);
                }
            }
            case StateEndDecoder.TEMPLATE_ID -> {
                stateEnd.wrapAndApplyHeader(buffer, offset, header);
                if (isOf(stream, stateEnd.shardId())) {
                    requests.onStateEnd(stateEnd);
                }
            }
            case InterestCompleteDecoder.TEMPLATE_ID -> {
                interestComplete.wrapAndApplyHeader(buffer, offset, header);
                if (isOf(stream, interestComplete.shardId()) && stream.state() == ShardStream.State.ATTACHING) {
                    stream.begin();
                }
            }
            case DetachDecoder.TEMPLATE_ID -> {
                detach.wrapAndApplyHeader(buffer, offset, header);
                if (isOf(stream, detach.shardId())) {
                    router.detach(stream);
                }
            }
            default ->
                errorHandler.onError(
                        new IllegalArgumentException("unknown message " + templateId + " on the control stream"));
        }
        return true;
    }

    /**
     * True when the shard has a chain of this start of the engine. What a shard acknowledged before that may lie in a tail
     * of the log that is lost, and would count for other messages at the same sequences.
     */
    private boolean hasChain(final ShardStream stream, final int shardId) {
        return isOf(stream, shardId) && stream.hasChain();
    }

    /** True when a message names the shard whose connection it came on. */
    private boolean isOf(final ShardStream stream, final int shardId) {
        if (stream.shardId() == shardId) {
            return true;
        }
        router.stranger();
        return false;
    }

    private void onInterest(final ShardStream stream, final InterestDecoder decoder) {
        if (!isOf(stream, decoder.shardId())) {
            return;
        }
        final InterestOp op = decoder.op();
        final long version = decoder.version();
        final String topicName = decoder.topicName();
        final String problem = TopicName.problem(topicName);
        if (problem != null) {
            errorHandler.onError(new IllegalArgumentException("shard " + stream.shardId() + ": " + problem));
        } else if (op == InterestOp.ADD) {
            stream.addInterest(topicName, version);
        } else if (stream.wants(topicName)) {
            stream.removeInterest(topicName, version);
            router.leave(stream, topicName);
        }
    }

    private void onHeartbeat(final ShardStream stream, final ShardHeartbeatDecoder decoder) {
        if (isOf(stream, decoder.shardId()) && stream.incarnation() == decoder.incarnation()) {
            if (stream.heard(decoder.sessions(), decoder.draining() == 1, clock.nanoTime())) {
                router.listShards();
            }
        }
    }
}
