package io.stentor.transport.wire;

/**
 * The receiving end of a stream between an engine and shards, which may have several writers: each one's fragments arrive in
 * its order. One thread.
 */
public interface FragmentSource extends AutoCloseable {

    /** What {@link #originOf} answers for a writer on this machine's memory. */
    String MEMORY = "ipc";

    /**
     * Hands out what has arrived.
     *
     * @param handler takes the fragments in order.
     * @param fragmentLimit the most fragments to hand out.
     * @return how many were handed out.
     */
    int poll(FragmentHandler handler, int fragmentLimit);

    /**
     * Where a connection comes from.
     *
     * @param sourceId what a {@link FragmentHandler} was told.
     * @return HOST:PORT of a writer on a network; {@link #MEMORY} for one on this machine's memory; null when it has gone.
     */
    String originOf(long sourceId);

    /** True while a writer is known to be there. */
    boolean isConnected();

    @Override
    void close();
}
