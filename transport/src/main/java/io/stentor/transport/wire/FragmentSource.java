package io.stentor.transport.wire;

/** The receiving end of one stream between an engine and a shard. One thread. */
public interface FragmentSource extends AutoCloseable {

    /**
     * Hands out what has arrived.
     *
     * @param handler takes the fragments in order.
     * @param fragmentLimit the most fragments to hand out.
     * @return how many were handed out.
     */
    int poll(FragmentHandler handler, int fragmentLimit);

    /** True while a writer is known to be there. */
    boolean isConnected();

    @Override
    void close();
}
