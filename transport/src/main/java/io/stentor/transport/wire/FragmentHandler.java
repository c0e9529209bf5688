package io.stentor.transport.wire;

import org.agrona.DirectBuffer;

/** Takes fragments of a {@link FragmentSource}. */
@FunctionalInterface
public interface FragmentHandler {

    /**
     * Takes one fragment: one or more messages, see {@link FragmentReader}.
     *
     * @param sourceId whose it is: another number for each connection of a writer, never 0.
     * @param buffer valid during the call only.
     * @param offset where the fragment begins.
     * @param length its length.
     * @return false to be handed this same fragment again by the next poll, which ends the current one for this writer.
     */
    boolean onFragment(long sourceId, DirectBuffer buffer, int offset, int length);
}
