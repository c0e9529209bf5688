package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Reads records and checks that each is what {@link Records} wrote. */
final class ReadBack implements RecordHandler {
    final List<Long> sequences = new ArrayList<>();

    static List<Long> all(JournalReader reader) {
        ReadBack readBack = new ReadBack();
        int count;
        do {
            count = reader.poll(readBack, 100);
        } while (count > 0);
        return readBack.sequences;
    }

    static List<Long> some(JournalReader reader, int limit) {
        ReadBack readBack = new ReadBack();
        reader.poll(readBack, limit);
        return readBack.sequences;
    }

    static List<Long> range(long first, long last) {
        List<Long> expected = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++) {
            expected.add(sequence);
        }
        return expected;
    }

    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length) {
        long sequence = RecordLayout.sequence(buffer, offset);
        int bodyLength = length - RecordLayout.HEADER_LENGTH;
        for (int i = 0; i < bodyLength; i++) {
            assertEquals(
                    Records.bodyByte(sequence, i),
                    buffer.getByte(offset + RecordLayout.BODY_OFFSET + i),
                    "body of record " + sequence);
        }
        sequences.add(sequence);
    }
}
