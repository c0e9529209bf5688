package io.stentor.perf.journal;

import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A message as a record of ours, made into the next one in place: as in the pipeline the body is sealed once, by the publisher,
 * and the header by the sequencing step.
 */
final class SampleRecord {
    private final UnsafeBuffer buffer;
    private final int length;
    private long sequence;

    SampleRecord(final int payloadLength) {
        final int bodyLength = MessageBody.length(0, 0, 0, 0, payloadLength);
        length = RecordLayout.HEADER_LENGTH + bodyLength;
        buffer = new UnsafeBuffer(new byte[alignedLength()]);
        RecordLayout.start(buffer, 0, RecordType.MESSAGE, bodyLength);
        MessageBody.lengths(buffer, 0, 0, 0, 0, 0);
        RecordLayout.term(buffer, 0, 1);
        RecordLayout.topicId(buffer, 0, 1);
        RecordLayout.sealBody(buffer, 0);
    }

    /** Bytes that it takes in the journal. */
    int alignedLength() {
        return RecordLayout.alignedLength(length);
    }

    int length() {
        return length;
    }

    /** Makes it the next one of its topic and of the log. */
    DirectBuffer next(final long timestampNs) {
        sequence++;
        RecordLayout.sequence(buffer, 0, sequence);
        RecordLayout.offset(buffer, 0, sequence);
        RecordLayout.timestampNs(buffer, 0, timestampNs);
        RecordLayout.sealHeader(buffer, 0);
        return buffer;
    }

    long sequence() {
        return sequence;
    }
}
