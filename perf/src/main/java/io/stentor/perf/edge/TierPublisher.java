package io.stentor.perf.edge;

/** Publishes to a running tier. One thread, but where it says otherwise. */
public interface TierPublisher extends AutoCloseable {

    /**
     * Publishes a message, unless too many are under way; messages are sent in the order in which they are taken.
     *
     * @param topic from 0.
     * @param payload its bytes; not changed afterwards.
     * @return whether it was taken.
     */
    boolean publish(int topic, byte[] payload);

    /** What went wrong; null while all is well. Any thread. */
    String failure();

    @Override
    void close();
}
