package io.stentor.journal;

import java.io.File;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks the records of a Chronicle queue, excerpt after excerpt, in the mapped file itself.
 *
 * <p>Nothing is believed before it is checked. Belongs to one thread at a time; allocation-free but for moves to another
 * file.
 */
final class ExcerptCursor implements AutoCloseable {
    /** {@link #moveTo} found no excerpt. */
    static final long NONE = -1;

    private final ExcerptTailer tailer;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    /** The excerpt that {@link #view} covers, null while there is none. */
    private DocumentContext document;

    private long excerptPosition;
    private int nextOffset;
    private int recordOffset;
    private int recordLength;
    private long nextSequence;

    ExcerptCursor(ExcerptTailer tailer, long nextSequence) {
        this.tailer = tailer;
        this.nextSequence = nextSequence;
    }

    /**
     * Moves before the first record of an excerpt.
     *
     * @return that record's sequence, or {@link #NONE} if there is no such excerpt; then the cursor must be moved again.
     */
    long moveTo(long index) {
        closeExcerpt();
        if (!tailer.moveToIndex(index) || !openExcerpt()) {
            return NONE;
        }
        verify(0);
        nextSequence = RecordLayout.sequence(view, 0);
        return nextSequence;
    }

    /** Moves before the first record of all. */
    void moveToStart(long firstSequence) {
        closeExcerpt();
        tailer.toStart();
        nextSequence = firstSequence;
    }

    /** Steps onto the next record and verifies it; false if there is none. */
    boolean next() {
        if (nextOffset == view.capacity() && !openExcerpt()) {
            return false;
        }
        verify(nextOffset);
        requireNextSequence();
        step();
        return true;
    }

    /** Steps over records up to the one with this sequence, looking only at lengths and sequences. */
    boolean skipTo(long sequence) {
        while (nextSequence < sequence) {
            if (nextOffset == view.capacity() && !openExcerpt()) {
                return false;
            }
            int available = view.capacity() - nextOffset;
            int length = available < RecordLayout.HEADER_LENGTH ? 0 : RecordLayout.length(view, nextOffset);
            if (length < RecordLayout.HEADER_LENGTH || length > available) {
                throw damaged(RecordDamage.LENGTH.name());
            }
            requireNextSequence();
            step();
        }
        return true;
    }

    /** Sequence of the record that the next step comes to. */
    long nextSequence() {
        return nextSequence;
    }

    DirectBuffer buffer() {
        return view;
    }

    int recordOffset() {
        return recordOffset;
    }

    int recordLength() {
        return recordLength;
    }

    /** Index of the open excerpt. */
    long index() {
        return document.index();
    }

    /** What to throw when the next record is not what it must be. */
    JournalDamagedException damaged(String damage) {
        File file = tailer.currentFile();
        return new JournalDamagedException(
                file == null ? "an unknown file" : file.toString(),
                document == null ? -1 : excerptPosition + nextOffset,
                nextSequence,
                damage);
    }

    @Override
    public void close() {
        closeExcerpt();
        tailer.close();
    }

    private boolean openExcerpt() {
        closeExcerpt();
        DocumentContext opened = tailer.readingDocument();
        if (!opened.isPresent()) {
            opened.close();
            return false;
        }
        document = opened;
        Bytes<?> bytes = opened.wire().bytes();
        excerptPosition = bytes.readPosition();
        view.wrap(bytes.addressForRead(excerptPosition), Math.toIntExact(bytes.readRemaining()));
        return true;
    }

    private void closeExcerpt() {
        if (document != null) {
            document.close();
            document = null;
        }
        view.wrap(0, 0);
        nextOffset = 0;
    }

    private void step() {
        recordOffset = nextOffset;
        recordLength = RecordLayout.length(view, nextOffset);
        nextOffset += RecordLayout.alignedLength(recordLength);
        nextSequence++;
    }

    private void verify(int offset) {
        RecordDamage damage = RecordLayout.verify(view, offset, view.capacity() - offset);
        if (damage != RecordDamage.NONE) {
            throw damaged(damage.name());
        }
        if (offset + RecordLayout.alignedLength(RecordLayout.length(view, offset)) > view.capacity()) {
            throw damaged(RecordDamage.TRUNCATED.name());
        }
    }

    private void requireNextSequence() {
        long sequence = RecordLayout.sequence(view, nextOffset);
        if (sequence != nextSequence) {
            throw damaged("record " + sequence + " lies");
        }
    }
}
