package io.stentor.transport.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.stentor.transport.wire.FragmentLink;
import org.agrona.DirectBuffer;

/** The sending end of a stream over Aeron. One thread. */
final class AeronLink implements FragmentLink {

    private final ExclusivePublication publication;
    private final int fragmentLengthMax;

    AeronLink(final ExclusivePublication publication, final int fragmentLengthMax) {
        if (fragmentLengthMax > publication.maxMessageLength()) {
            publication.close();
            throw new IllegalArgumentException("fragments of " + fragmentLengthMax + " bytes exceed the "
                    + publication.maxMessageLength() + " that a term of " + publication.termBufferLength()
                    + " bytes takes");
        }
        this.publication = publication;
        this.fragmentLengthMax = fragmentLengthMax;
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        long result = publication.offer(buffer, offset, length);
        if (result == Publication.ADMIN_ACTION) {
            // A term ended: the next try begins the next one.
            result = publication.offer(buffer, offset, length);
        }
        if (result > 0) {
            return result;
        }
        if (result == Publication.NOT_CONNECTED) {
            return NOT_CONNECTED;
        }
        return result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED ? CLOSED : BACK_PRESSURED;
    }

    @Override
    public int fragmentLengthMax() {
        return fragmentLengthMax;
    }

    @Override
    public int fragmentLengthPreferred() {
        return publication.maxPayloadLength();
    }

    @Override
    public boolean isConnected() {
        return publication.isConnected();
    }

    @Override
    public void close() {
        publication.close();
    }
}
