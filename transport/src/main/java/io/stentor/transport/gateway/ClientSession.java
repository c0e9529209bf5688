package io.stentor.transport.gateway;

/**
 * The gateway's handle of one session of the shard. Any thread may call it; commands of one thread are executed in the
 * order in which they were offered.
 */
public interface ClientSession {

    /**
     * Hands a command to the shard. The answer comes later through the session's {@link SessionSink}.
     *
     * @param command what the client asks for.
     * @return false when the shard's queue is full or the shard has closed: the command was not taken.
     */
    boolean offer(ClientCommand command);

    /** Ends the session after the socket has gone. Idempotent, never refused; nothing is delivered afterwards. */
    void close();
}
