package io.stentor.engine;

/** What an in-process session is told. Called on the shard's thread: it must not block, or every session waits. */
public interface SessionHandler {

    /**
     * A message of a topic that the session is subscribed to; within a topic in the order of offsets, each once.
     *
     * @param session the session.
     * @param message a view, valid during the call only.
     */
    void onMessage(EngineSession session, DeliveredMessage message);

    /**
     * What the session had of a topic cannot be continued without a gap: the application must take a snapshot of its own.
     * Live messages follow.
     *
     * @param session the session.
     * @param topic the topic.
     * @param offset the offset after which messages follow.
     */
    default void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {}

    /**
     * The session has ended for another reason than its own {@link EngineSession#close}.
     *
     * @param session the session.
     * @param code the number of the reason, as clients of the gateway see it.
     * @param reason the reason in words.
     */
    default void onClosed(final EngineSession session, final int code, final String reason) {}
}
