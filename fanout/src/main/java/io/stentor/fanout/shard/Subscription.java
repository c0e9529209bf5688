package io.stentor.fanout.shard;

import io.stentor.transport.gateway.StreamPosition;

/**
 * One session's subscription to one topic. One thread, the shard's.
 *
 * <pre>
 *   WAITING -> RECOVERING:      the topic is live and the client names a position that the window does not reach
 *   WAITING -> LIVE:            the topic is live: answered, the rest comes as it is released
 *   WAITING -> CATCHING_UP:     the topic is live and the device's journaled cursor is to be followed
 *   RECOVERING -> LIVE:         answered with everything after the position, or with a refusal
 *   RECOVERING -> WAITING:      the topic's place in the chain was lost meanwhile
 *   CATCHING_UP -> LIVE:        the sink has taken everything that was released
 *   LIVE -> CATCHING_UP:        the sink is full, and the subscription catches up by itself
 *   LIVE, CATCHING_UP -> ENDING: the sink is full or the chain cannot be continued: the client is yet to be told
 *   any -> ENDED:               unsubscribed, told, refused or the session has gone
 * </pre>
 */
final class Subscription {

    /** Where a subscription is in its life. */
    enum State {
        WAITING,
        RECOVERING,
        CATCHING_UP,
        LIVE,
        ENDING,
        ENDED
    }

    final Session session;
    final ShardTopic topic;

    State state = State.WAITING;

    /** The subscribe command to be answered; 0 once it is, or when the server subscribed. */
    long commandId;

    /** The position that the client asked to continue from; null when it did not. */
    StreamPosition since;

    /** True to be told who joins and leaves. */
    boolean joinLeave;

    /** True when it continues from the device's cursor and catches up by itself. */
    boolean fromCursor;

    /** True when the server subscribed: the client learns it from a push. */
    boolean byServer;

    /** True once others may see it in the topic's presence. */
    boolean present;

    /** The last message that the sink has taken. */
    long offset;

    /** The last message that the client has acknowledged. */
    long ackOffset;

    /** The last message that a person has seen. */
    long readOffset;

    /** The term of the epoch that the client holds. */
    long term;

    /** What is under way until it is live; null then. */
    Recovery recovery;

    /** When waiting or telling the end has lasted too long. */
    long deadlineNs;

    /** The code that the client is to be told while it is ending. */
    int endCode;

    /** The words beside it. */
    String endReason;

    /** True while its watermarks wait to be sent. */
    boolean watermarkQueued;

    /** The last acknowledged message that the engine knows of. */
    long deliveredSent;

    /** The last seen message that the engine knows of. */
    long readSent;

    /** Its index among the topic's subscriptions; -1 when it is not among them. */
    int index = -1;

    Subscription(final Session session, final ShardTopic topic) {
        this.session = session;
        this.topic = topic;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    /** True once the client knows a position: messages and acknowledgements can be counted against it. */
    boolean isPositioned() {
        return state == State.LIVE || state == State.CATCHING_UP || state == State.ENDING;
    }
}
