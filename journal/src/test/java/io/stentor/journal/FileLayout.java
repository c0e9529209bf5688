package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Where everything lies in a file, found without the code under test but its constants. */
final class FileLayout {
    final List<Integer> documents = new ArrayList<>();
    final List<Integer> records = new ArrayList<>();
    final List<Integer> bodies = new ArrayList<>();
    final List<Integer> paddings = new ArrayList<>();
    private ByteBuffer bytes;
    int start;
    int end;

    static FileLayout of(Path file) throws IOException {
        FileLayout layout = new FileLayout();
        layout.parse(ByteBuffer.wrap(Files.readAllBytes(file)).order(LITTLE_ENDIAN));
        return layout;
    }

    /** What is written of a file, and some zeros. */
    static byte[] content(Path file) throws IOException {
        long length = Math.min(Files.size(file), 2 << 20);
        try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "r")) {
            byte[] content = new byte[(int) length];
            whole.readFully(content);
            return content;
        }
    }

    private void parse(ByteBuffer content) {
        bytes = content;
        int at = 0;
        while (at + 4 <= content.limit() && content.getInt(at) > 0) {
            int header = content.getInt(at);
            int length = header & 0x3FFF_FFFF;
            if ((header & 0x4000_0000) == 0) {
                start = start == 0 ? at : start;
                documents.add(at);
                parseRecords(at + 4, at + 4 + length);
                end = at + 4 + length;
            }
            at = (at + 4 + length + 3) & -4;
        }
    }

    private void parseRecords(int from, int to) {
        for (int at = from; at < to; ) {
            int length = bytes.getInt(at);
            records.add(at);
            for (int i = RecordLayout.HEADER_LENGTH; i < length; i++) {
                bodies.add(at + i);
            }
            for (int i = length; i < RecordLayout.alignedLength(length); i++) {
                paddings.add(at + i);
            }
            at += RecordLayout.alignedLength(length);
        }
    }

    int anyOf(List<Integer> positions, Random random) {
        return positions.get(random.nextInt(positions.size()));
    }

    int positionOf(long sequence) {
        return records.stream()
                .filter(at -> bytes.getLong(at + RecordLayout.SEQUENCE_OFFSET) == sequence)
                .findFirst()
                .orElseThrow();
    }
}
