package io.stentor.fanout.route;

import io.stentor.transport.wire.AttachDecoder;
import io.stentor.transport.wire.CursorDecoder;
import io.stentor.transport.wire.DetachDecoder;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.InterestCompleteDecoder;
import io.stentor.transport.wire.InterestDecoder;
import io.stentor.transport.wire.InterestOp;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.ShardHeartbeatDecoder;
import io.stentor.transport.wire.SignalDecoder;
import io.stentor.transport.wire.StateEndDecoder;
import io.stentor.transport.wire.StateEntryDecoder;
import io.stentor.transport.wire.SubmitDecoder;
import io.stentor.transport.wire.TopicName;
import io.stentor.transport.wire.WatermarkDecoder;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/**
 * Reads what shards say on the control stream and acts on it: attaches, interest, and requests that go on to the
 * pipeline. One thread, the send step's.
 *
 * <p>A request that the ring has no room for stops the fragment: the same fragment comes again with the next poll, and the
 * messages of it that were done already are passed over.
 */
public final class ControlReader implements FragmentHandler {

    /** The version of the dialogue that this engine speaks. */
    public static final int PROTOCOL_VERSION = 1;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final AttachDecoder attach = new AttachDecoder();
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
    private final ShardLinks links;
    private final ShardRequests requests;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;
    private long attachedLogId;
    private long attachedSequence;
    private int messageIndex;
    private int resumeIndex;
    private boolean stopped;

    /**
     * A reader of the control stream.
     *
     * @param router whose streams it opens and changes.
     * @param links opens the transport's streams.
     * @param requests takes what is not about streams.
     * @param clock the monotonic clock.
     * @param errorHandler is told of malformed fragments.
     */
    public ControlReader(
            final Router router,
            final ShardLinks links,
            final ShardRequests requests,
            final NanoClock clock,
            final ErrorHandler errorHandler) {
        this.router = router;
        this.links = links;
        this.requests = requests;
        this.clock = clock;
        this.errorHandler = errorHandler;
    }

    @Override
    public boolean onFragment(final DirectBuffer buffer, final int offset, final int length) {
        messageIndex = 0;
        stopped = false;
        if (!FragmentReader.read(buffer, offset, length, messageHandler)) {
            errorHandler.onError(
                    new IllegalArgumentException("malformed fragment of " + length + " bytes on the control stream"));
        }
        if (!stopped) {
            resumeIndex = 0;
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
                resumeIndex = messageIndex - 1;
            }
        } catch (final IndexOutOfBoundsException | IllegalArgumentException ex) {
            errorHandler.onError(new IllegalArgumentException(
                    "malformed message " + templateId + " of " + length + " bytes on the control stream", ex));
        }
    }

    private boolean dispatch(final int templateId, final DirectBuffer buffer, final int offset) {
        switch (templateId) {
            case SubmitDecoder.TEMPLATE_ID -> {
                submit.wrapAndApplyHeader(buffer, offset, header);
                return onSubmit();
            }
            case CursorDecoder.TEMPLATE_ID -> {
                cursor.wrapAndApplyHeader(buffer, offset, header);
                return !hasChain(cursor.shardId()) || requests.onCursor(cursor);
            }
            case WatermarkDecoder.TEMPLATE_ID -> {
                watermark.wrapAndApplyHeader(buffer, offset, header);
                return !hasChain(watermark.shardId()) || requests.onWatermark(watermark);
            }
            case InterestDecoder.TEMPLATE_ID -> onInterest(interest.wrapAndApplyHeader(buffer, offset, header));
            case ShardHeartbeatDecoder.TEMPLATE_ID -> onHeartbeat(heartbeat.wrapAndApplyHeader(buffer, offset, header));
            case SignalDecoder.TEMPLATE_ID -> requests.onSignal(signal.wrapAndApplyHeader(buffer, offset, header));
            case StateEntryDecoder.TEMPLATE_ID ->
                requests.onStateEntry(stateEntry.wrapAndApplyHeader(buffer, offset, header));
            case StateEndDecoder.TEMPLATE_ID ->
                requests.onStateEnd(stateEnd.wrapAndApplyHeader(buffer, offset, header));
            case AttachDecoder.TEMPLATE_ID -> onAttach(attach.wrapAndApplyHeader(buffer, offset, header));
            case InterestCompleteDecoder.TEMPLATE_ID ->
                onInterestComplete(interestComplete.wrapAndApplyHeader(buffer, offset, header));
            case DetachDecoder.TEMPLATE_ID -> onDetach(detach.wrapAndApplyHeader(buffer, offset, header));
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
    private boolean hasChain(final int shardId) {
        final ShardStream stream = router.stream(shardId);
        return stream != null && stream.state() != ShardStream.State.ATTACHING;
    }

    private boolean onSubmit() {
        final ShardStream from = router.stream(submit.shardId());
        return from == null || (from.mayAcceptSubmit() && requests.onSubmit(from, submit));
    }

    private void onAttach(final AttachDecoder decoder) {
        final int shardId = decoder.shardId();
        final ShardStream previous = router.stream(shardId);
        if (previous != null) {
            router.detach(previous);
            links.closePages(shardId);
        }
        attachedLogId = decoder.logId();
        attachedSequence = decoder.sequence();
        final int liveStreamId = decoder.liveStreamId();
        final int pagesStreamId = decoder.pagesStreamId();
        final long incarnation = decoder.incarnation();
        final int version = decoder.protocolVersion();
        final String channel = decoder.channel();
        if (version != PROTOCOL_VERSION) {
            errorHandler.onError(new IllegalArgumentException("shard " + shardId + " speaks version " + version
                    + " of the dialogue, this engine speaks " + PROTOCOL_VERSION));
            return;
        }
        final FragmentLink live = links.live(channel, liveStreamId);
        if (router.attach(shardId, incarnation, live, clock.nanoTime()) == null) {
            live.close();
            errorHandler.onError(new IllegalStateException(
                    "shard " + shardId + " refused: there are " + Router.SHARDS_MAX + " already"));
            return;
        }
        links.pages(shardId, channel, pagesStreamId);
    }

    private void onInterest(final InterestDecoder decoder) {
        final ShardStream stream = router.stream(decoder.shardId());
        final InterestOp op = decoder.op();
        final long version = decoder.version();
        final String topicName = decoder.topicName();
        if (stream == null) {
            return;
        }
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

    private void onInterestComplete(final InterestCompleteDecoder decoder) {
        final ShardStream stream = router.stream(decoder.shardId());
        if (stream == null || stream.state() != ShardStream.State.ATTACHING) {
            return;
        }
        final boolean afresh = attachedLogId == 0 || attachedSequence == 0;
        if (afresh) {
            stream.start(router.routedSequence());
        } else if (attachedLogId == router.logId() && attachedSequence <= router.routedSequence()) {
            stream.start(attachedSequence);
        } else {
            stream.truncate(attachedLogId == router.logId() ? router.routedSequence() : 0);
        }
    }

    private void onHeartbeat(final ShardHeartbeatDecoder decoder) {
        final ShardStream stream = router.stream(decoder.shardId());
        if (stream != null && stream.incarnation() == decoder.incarnation()) {
            stream.heard(clock.nanoTime());
        }
    }

    private void onDetach(final DetachDecoder decoder) {
        final ShardStream stream = router.stream(decoder.shardId());
        if (stream != null && stream.incarnation() == decoder.incarnation()) {
            router.detach(stream);
            links.closePages(stream.shardId());
        }
    }
}
