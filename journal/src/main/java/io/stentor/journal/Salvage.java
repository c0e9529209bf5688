package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.DirectBuffer;

/**
 * Writes the sound records of a damaged segment anew: each in a document of its own, one file for each dense stretch. The
 * first file takes the place of the damaged one; those behind a gap are named by it and by their first record, so that
 * the names still sort as the records do. Used once, by the thread that opens.
 */
final class Salvage implements RecordHandler, AutoCloseable {
    private static final int NONE = -1;

    private final Path path;
    private final List<Segment> parts = new ArrayList<>();
    private final ByteBuffer document = ByteBuffer.allocate(
                    SegmentCursor.DOCUMENT_HEADER_LENGTH + RecordLayout.alignedLength(RecordLayout.MAX_LENGTH))
            .order(LITTLE_ENDIAN);
    private FileChannel channel;
    private long nextSequence = NONE;

    Salvage(Path path) {
        this.path = path;
    }

    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length) {
        long sequence = RecordLayout.sequence(buffer, offset);
        try {
            if (sequence != nextSequence) {
                begin(sequence);
            }
            int alignedLength = RecordLayout.alignedLength(length);
            document.clear().putInt(alignedLength);
            buffer.getBytes(offset, document, length);
            while (document.position() < SegmentCursor.DOCUMENT_HEADER_LENGTH + alignedLength) {
                document.put((byte) 0);
            }
            document.flip();
            while (document.hasRemaining()) {
                channel.write(document);
            }
            Segment part = parts.get(parts.size() - 1);
            part.positions.note(sequence, part.endPosition());
            part.extend(channel.position(), sequence);
            nextSequence = sequence + 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts the new files in place, the one that takes the damaged one's place last; gives them in order. */
    List<Segment> replace(FileForcer forcer) throws IOException {
        close();
        for (int i = parts.size() - 1; i >= 0; i--) {
            Path part = parts.get(i).path;
            forcer.forceFile(unfinished(part));
            Files.move(unfinished(part), part, StandardCopyOption.ATOMIC_MOVE);
        }
        if (parts.isEmpty()) {
            Files.delete(path);
        }
        forcer.forceDirectory(path.getParent());
        return parts;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private void begin(long sequence) throws IOException {
        close();
        Path part = parts.isEmpty()
                ? path
                : path.resolveSibling(String.format(Locale.ROOT, "%s.%019d.cq4", path.getFileName(), sequence));
        parts.add(new Segment(part, sequence));
        channel = FileChannel.open(
                unfinished(part),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    private static Path unfinished(Path part) {
        return part.resolveSibling(part.getFileName() + ".new");
    }
}
