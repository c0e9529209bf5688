package io.stentor.fanout.shard;

import io.stentor.transport.wire.WatermarkKind;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * What clients have acknowledged, and what of it the engine is told: watermarks of users, cursors of devices. One thread,
 * the shard's; conflated, so that what waits is bounded by the subscriptions and sessions there are.
 *
 * <p>A device's cursor is the greatest sequence S such that everything meant for this session up to S is acknowledged. What
 * was delivered and not acknowledged keeps it back, also after its subscription has ended, until the topic is subscribed to
 * again; so does what is held, being recovered, or no longer in the window. Nor does it pass the chain, though a page may
 * have been read beyond it: other topics' messages may still be to come. A cursor that stays too far back costs a repeat;
 * one that went too far would lose a message.
 */
final class AckTracker {

    /** How often the engine is told, in nanoseconds: 50 ms, the period of its background force. */
    static final long FLUSH_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Watermarks, and cursors, sent in one flush; 80,000 of each a second. */
    private static final int PER_FLUSH = 4096;

    /** How many messages to walk back from a topic's head for one that is acknowledged. */
    private static final int WALK_MAX = 1024;

    /** Topics that may hold a session's cursor back by name; with more it stays where it is. */
    private static final int HOLDS_MAX = 1024;

    private static final String MANY_TOPICS = "";

    private final ArrayDeque<Session> cursors = new ArrayDeque<>();
    private final ArrayDeque<Subscription> watermarks = new ArrayDeque<>();
    private final Chain chain;
    private final FrameWindow window;
    private final ControlStream control;
    private final StageListener listener;
    private long flushAtNs;

    AckTracker(final Chain chain, final FrameWindow window, final ControlStream control, final StageListener listener) {
        this.chain = chain;
        this.window = window;
        this.control = control;
        this.listener = listener;
    }

    /**
     * A client acknowledges everything up to an offset.
     *
     * @return false when that message was not delivered to it.
     */
    boolean ack(final Subscription subscription, final long offset, final long nowNs) {
        if (!subscription.isPositioned() || offset < 0 || offset > subscription.offset) {
            return false;
        }
        if (offset > subscription.ackOffset) {
            subscription.ackOffset = offset;
            final long position = find(subscription.topic, offset);
            if (position != FrameWindow.NONE && window.offeredNs(position) != 0) {
                listener.onClientAck(Math.max(0, nowNs - window.offeredNs(position)));
            }
            queue(subscription);
            queue(subscription.session);
        }
        return true;
    }

    /**
     * A person has seen everything up to an offset.
     *
     * @return false when that message was not delivered.
     */
    boolean read(final Subscription subscription, final long offset) {
        if (!subscription.isPositioned() || offset < 0 || offset > subscription.offset) {
            return false;
        }
        if (offset > subscription.readOffset) {
            subscription.readOffset = offset;
            queue(subscription);
        }
        return true;
    }

    /** A client has shown a good position: it has everything up to it. */
    void positioned(final Subscription subscription) {
        final Session session = subscription.session;
        session.unhold(subscription.topic.name);
        if (subscription.ackOffset > 0) {
            final long position = find(subscription.topic, subscription.ackOffset);
            if (position != FrameWindow.NONE) {
                session.lastSequence = Math.max(session.lastSequence, window.sequence(position));
            }
            queue(subscription);
        }
        queue(session);
    }

    /** A subscription ends: what its client did not acknowledge keeps the cursor back. */
    void ended(final Subscription subscription) {
        final Session session = subscription.session;
        if (session.isEnding() || session.device().isEmpty() || isAcknowledged(subscription)) {
            return;
        }
        final long sequence = unacknowledgedAfter(subscription);
        session.hold(session.holds() < HOLDS_MAX ? subscription.topic.name : MANY_TOPICS, sequence);
    }

    /** A session leaves, its subscriptions still being there: its last cursor is yet to be sent. */
    void leaving(final Session session) {
        if (!session.device().isEmpty()) {
            session.cursor = cursorOf(session);
            queue(session);
        }
    }

    /** The log has ended at a sequence: no cursor is beyond it, those of sessions that have gone included. */
    void truncated(final SessionTable sessions, final long sequence) {
        for (int i = 0; i < sessions.size(); i++) {
            truncated(sessions.get(i), sequence);
        }
        for (final Session session : cursors) {
            truncated(session, sequence);
        }
    }

    private static void truncated(final Session session, final long sequence) {
        session.cursor = Math.min(session.cursor, sequence);
        session.cursorSent = Math.min(session.cursorSent, sequence);
        session.lastSequence = Math.min(session.lastSequence, sequence);
    }

    /** What was sent may be lost: it is sent again. */
    void resend(final Session session) {
        if (session.cursorSent != 0) {
            session.cursorSent = 0;
            queue(session);
        }
    }

    /** Sends what has changed, as far as the control stream takes it; only while the shard is attached. */
    int tick(final long nowNs) {
        if (flushAtNs - nowNs > 0) {
            return 0;
        }
        flushAtNs = nowNs + FLUSH_INTERVAL_NS;
        return sendWatermarks() + sendCursors();
    }

    private int sendWatermarks() {
        int work = 0;
        Subscription subscription;
        while (work < PER_FLUSH && (subscription = watermarks.peek()) != null) {
            final String user = subscription.session.user();
            final long topicId = subscription.topic.topicId;
            if (topicId != 0 && !user.isEmpty()) {
                if (subscription.ackOffset > subscription.deliveredSent) {
                    if (!control.watermark(topicId, subscription.ackOffset, WatermarkKind.DELIVERED, user)) {
                        break;
                    }
                    subscription.deliveredSent = subscription.ackOffset;
                }
                if (subscription.readOffset > subscription.readSent) {
                    if (!control.watermark(topicId, subscription.readOffset, WatermarkKind.READ, user)) {
                        break;
                    }
                    subscription.readSent = subscription.readOffset;
                }
            }
            subscription.watermarkQueued = false;
            watermarks.remove();
            work++;
        }
        return work;
    }

    private int sendCursors() {
        int work = 0;
        for (int limit = Math.min(cursors.size(), PER_FLUSH); work < limit; work++) {
            final Session session = cursors.peek();
            if (session.index >= 0) {
                session.cursor = cursorOf(session);
            }
            if (session.cursor > session.cursorSent) {
                if (!control.cursor(session, session.cursor)) {
                    break;
                }
                session.cursorSent = session.cursor;
            }
            cursors.remove();
            session.cursorQueued = session.index >= 0 && session.lastSequence > chain.sequence();
            if (session.cursorQueued) {
                cursors.add(session);
            }
        }
        return work;
    }

    private long cursorOf(final Session session) {
        long sequence = Math.min(Math.min(session.lastSequence, chain.sequence()), session.heldSequence());
        final SessionTopics subscriptions = session.subscriptions;
        for (int i = 0; i < subscriptions.size(); i++) {
            final Subscription subscription = subscriptions.at(i);
            if (!isAcknowledged(subscription)) {
                sequence = Math.min(sequence, unacknowledgedAfter(subscription));
            }
        }
        return Math.max(session.cursor, sequence);
    }

    /** True when nothing that is or may be meant for the session is unacknowledged. */
    private static boolean isAcknowledged(final Subscription subscription) {
        return switch (subscription.state) {
            case LIVE, CATCHING_UP ->
                !subscription.topic.isPending()
                        && subscription.offset <= subscription.topic.head
                        && subscription.ackOffset >= subscription.topic.head;
            case WAITING, RECOVERING -> subscription.since == null && !subscription.fromCursor;
            default -> false;
        };
    }

    /** A sequence before the first message that is not acknowledged, for sure; the present cursor if that is not known. */
    private long unacknowledgedAfter(final Subscription subscription) {
        final boolean placed =
                subscription.state == Subscription.State.LIVE || subscription.state == Subscription.State.CATCHING_UP;
        final long position = placed && !subscription.topic.isPending()
                ? find(subscription.topic, subscription.ackOffset + 1)
                : FrameWindow.NONE;
        return position == FrameWindow.NONE ? subscription.session.cursor : window.sequence(position) - 1;
    }

    private long find(final ShardTopic topic, final long offset) {
        return offset > topic.head ? FrameWindow.NONE : window.find(topic.lastEntry, topic.head, offset, WALK_MAX);
    }

    private void queue(final Subscription subscription) {
        if (!subscription.watermarkQueued) {
            subscription.watermarkQueued = true;
            watermarks.add(subscription);
        }
    }

    private void queue(final Session session) {
        if (!session.cursorQueued && !session.device().isEmpty()) {
            session.cursorQueued = true;
            cursors.add(session);
        }
    }
}
