package io.stentor.transport.wire;

import org.agrona.DirectBuffer;

/**
 * The sending end of one stream between an engine and a shard: reliable, ordered, with one writer and one reader. Aeron
 * carries it in production, a seeded network in simulation.
 */
public interface FragmentLink extends AutoCloseable {

    /** The reader does not keep up: nothing was taken, try again later. */
    long BACK_PRESSURED = -1;

    /** Nobody listens yet, or no longer: nothing was taken. */
    long NOT_CONNECTED = -2;

    /** The stream is over for good. */
    long CLOSED = -3;

    /**
     * Offers one fragment. Never blocks and never allocates.
     *
     * @param buffer where the fragment is.
     * @param offset where it begins.
     * @param length its length, at most {@link #fragmentLengthMax()}.
     * @return a positive position, or one of the negative codes above.
     */
    long offer(DirectBuffer buffer, int offset, int length);

    /** The longest fragment that one offer takes, in bytes. */
    int fragmentLengthMax();

    /** The length up to which a fragment travels whole, in bytes: longer ones are taken apart and put together again. */
    int fragmentLengthPreferred();

    /** True while a reader is known to listen. */
    boolean isConnected();

    @Override
    void close();
}
