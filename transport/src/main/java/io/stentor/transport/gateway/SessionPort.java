package io.stentor.transport.gateway;

/**
 * What the gateway asks of the shard that holds the sessions behind its sockets. The shard implements it, the gateway
 * calls it, and neither knows the other's classes.
 *
 * <p>Every method may be called from any thread and returns at once.
 */
public interface SessionPort {

    /**
     * Opens a session that speaks through {@code sink}. Nothing is sent until the session is offered its
     * {@link ClientCommand.Connect}, which must be the first command it sees.
     *
     * @param sink where the shard delivers replies and pushes; called on the shard's thread only.
     * @return the session's handle.
     */
    ClientSession open(SessionSink sink);

    /** The gateway lets its clients go and takes no more: from now on this shard is not ready, and nobody's home. */
    default void drain() {}

    /**
     * Why this shard cannot serve clients now.
     *
     * @return a short reason in plain words, or null when it can.
     */
    String notReadyReason();
}
