package io.stentor.transport.gateway;

/**
 * The way from a session back to its client: a bounded outbox. The gateway's connections implement it; so does an
 * in-process session, which needs no socket.
 *
 * <p>All methods are called on the shard's thread and must neither block nor throw. The order of calls is the order in
 * which the client sees them.
 */
public interface SessionSink {

    /**
     * Delivers the answer to a command.
     *
     * @param commandId the id of the command.
     * @param reply the answer.
     * @return false when the outbox is full: the reply was not taken and the session cannot go on.
     */
    boolean onReply(long commandId, Reply reply);

    /**
     * Delivers a live publication of a topic that the session is subscribed to.
     *
     * @param publication a flyweight, valid during this call only. What a sink encodes once for all sinks of its kind
     *     it may leave in {@link Publication#shared(AutoCloseable)}.
     * @return false when the outbox is full: the publication was not taken and the subscription falls behind.
     */
    boolean onPublication(Publication publication);

    /**
     * Delivers anything else that the client did not ask for.
     *
     * @param push what to tell the client.
     * @return false when the outbox is full.
     */
    boolean onPush(Push push);

    /**
     * Ends the connection: what is in the outbox is written, then the client is told the code, then the transport is
     * closed. Idempotent.
     *
     * @param disconnect the numbered reason; its range tells the client whether to come back.
     */
    void disconnect(Disconnect disconnect);
}
