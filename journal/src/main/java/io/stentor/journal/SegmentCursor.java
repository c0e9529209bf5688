package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks the documents of a segment and the records in them, in a buffer of its own that large reads fill.
 *
 * <pre>
 *   file    | header 4 | record | record | ... | header 4 | metadata | header 4 | record | ...     up to the limit
 *                  header: bit 31 not complete, bit 30 metadata, else the length; 0 is nothing yet
 * </pre>
 *
 * <p>Nothing is believed before it is checked: a document lies within the limit, a record within its document, and a
 * record is whole, of our version and the one expected. Belongs to one thread; allocation-free but for moves to another
 * file and for a record longer than the buffer.
 */
final class SegmentCursor implements AutoCloseable {
    /** Length of a document's header in bytes; documents start at multiples of it. */
    static final int DOCUMENT_HEADER_LENGTH = 4;

    static final int NOT_COMPLETE = 0x8000_0000;
    static final int META_DATA = 0x4000_0000;
    static final int LENGTH_MASK = 0x3FFF_FFFF;

    /** One read: large enough that its call costs little for each byte, small enough for the cache of a core. */
    private static final int READ_BYTES = 256 * 1024;

    /** The first read after a move. */
    private static final int FIRST_READ_BYTES = 64 * 1024;

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BYTES);
    private long bytesAddress;

    private Segment segment;
    private SegmentFile file;
    private long limit;

    /** Position in the file of the buffer's first byte. */
    private long bufferPosition;

    /** Bytes of the file that the buffer holds. */
    private int filled;

    /** Where the next byte to look at is in the buffer; may lie beyond what it holds. */
    private long nextOffset;

    /** Most bytes that the next read brings: little after a move, since that may be for one record. */
    private int readAhead;

    private long documentPosition;
    private long documentRemaining;
    private long recordSequence;
    private int recordOffset;
    private int recordLength;
    private String damage = "nothing";

    /** Whether the last step stopped where no document had been written yet when its bytes were read. */
    private boolean isBeforeDocument;

    SegmentCursor() {
        view.wrap(bytes);
        bytesAddress = BufferUtil.address(bytes);
    }

    /** Moves to a position where a document begins, up to the end that the segment has. */
    void moveTo(Segment target, long position) {
        if (target != segment) {
            openFile(target);
        }
        // What the buffer holds of this file was within an earlier end of it, and such bytes never change.
        limit = target.endPosition();
        documentRemaining = 0;
        readAhead = FIRST_READ_BYTES;
        jump(position);
    }

    /** As {@link #moveTo}, reading again what the buffer holds: for a file that is written while it is walked. */
    void moveToAgain(Segment target, long position) {
        filled = 0;
        moveTo(target, position);
    }

    /**
     * Steps onto the next record.
     *
     * @param sequence that it must have; in a sparse segment, that or a later one.
     * @return false if it is not there or not sound; then {@link #damage} says why, and the cursor has not moved.
     */
    boolean next(long sequence) {
        if (documentRemaining == 0 && !openDocument()) {
            return false;
        }
        long available = Math.min(documentRemaining, filled - nextOffset);
        if (available >= RecordLayout.HEADER_LENGTH) {
            int length = SoundRecord.length(bytesAddress + nextOffset, (int) available, sequence);
            int aligned = RecordLayout.alignedLength(length);
            if (length > 0 && aligned <= available) {
                recordSequence = sequence;
                recordOffset = (int) nextOffset;
                recordLength = length;
                documentRemaining -= aligned;
                nextOffset += aligned;
                return true;
            }
        }
        return nextWithCare(sequence);
    }

    /** As {@link #next}, looking only at the record's length and sequence: for those that nobody is given. */
    boolean skip(long sequence) {
        if (documentRemaining == 0 && !openDocument()) {
            return false;
        }
        if (!isHeaderThere()) {
            return stop(RecordDamage.TRUNCATED);
        }
        int offset = (int) nextOffset;
        int length = RecordLayout.length(view, offset);
        if (length < RecordLayout.HEADER_LENGTH || length > documentRemaining) {
            return stop(RecordDamage.LENGTH);
        }
        return step(offset, sequence);
    }

    /** Steps over the rest of a document to the next one; false if there is none that looks sound. */
    boolean nextDocument() {
        jump(position() + documentRemaining);
        documentRemaining = 0;
        return openDocument() && isHeaderThere();
    }

    /** Sequence of the first record of the document that {@link #nextDocument} came to, as yet unverified. */
    long documentSequence() {
        return RecordLayout.sequence(view, (int) nextOffset);
    }

    /** Bytes that hold the record; valid until the next step. */
    UnsafeBuffer buffer() {
        return view;
    }

    /** Sequence of the record. */
    long recordSequence() {
        return recordSequence;
    }

    int recordOffset() {
        return recordOffset;
    }

    int recordLength() {
        return recordLength;
    }

    /** Position in the file where the document begins that holds the record. */
    long documentPosition() {
        return documentPosition;
    }

    /** Tells whether the record is the first of its document. */
    boolean isFirstOfDocument() {
        return bufferPosition + recordOffset == documentPosition + DOCUMENT_HEADER_LENGTH;
    }

    /** Tells whether the next step looks at a record of the document that was opened, not at another document. */
    boolean isWithinDocument() {
        return documentRemaining > 0;
    }

    /**
     * Tells whether the last step stopped because, when it read there, the file held no document, one that was not
     * complete, or nothing. What is there by now may be more.
     */
    boolean isBeforeDocument() {
        return isBeforeDocument;
    }

    /** Position in the file of what the next step looks at. */
    long position() {
        return bufferPosition + nextOffset;
    }

    /** What was wrong when a step returned false. */
    String damage() {
        return damage;
    }

    /** What to throw when a step returned false where the record must be. Whoever tries again reads the file again. */
    JournalDamagedException damaged(long sequence) {
        filled = 0;
        return new JournalDamagedException(segment.path.toString(), position(), sequence, damage);
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw unreadable(segment.path, e);
            }
            file = null;
            segment = null;
        }
    }

    private void openFile(Segment target) {
        close();
        try {
            file = new SegmentFile(target.path);
        } catch (IOException e) {
            throw unreadable(target.path, e);
        }
        segment = target;
        filled = 0;
        bufferPosition = 0;
        nextOffset = 0;
    }

    /** As {@link #next} at the end of the buffer, and where something is wrong: finds out what. */
    private boolean nextWithCare(long sequence) {
        if (!isHeaderThere()) {
            return stop(RecordDamage.TRUNCATED);
        }
        int offset = (int) nextOffset;
        int length = alignedWithinDocument(RecordLayout.length(view, offset));
        if (!isThere(length)) {
            return stop(RecordDamage.TRUNCATED);
        }
        offset = (int) nextOffset;
        RecordDamage found = RecordLayout.verify(view, offset, length);
        if (found != RecordDamage.NONE) {
            return stop(found);
        }
        if (RecordLayout.alignedLength(RecordLayout.length(view, offset)) > documentRemaining) {
            return stop(RecordDamage.TRUNCATED);
        }
        return step(offset, sequence);
    }

    private boolean openDocument() {
        isBeforeDocument = false;
        while (true) {
            if (position() + DOCUMENT_HEADER_LENGTH > limit) {
                limit = segment.endPosition();
            }
            if (!isThere(DOCUMENT_HEADER_LENGTH)) {
                isBeforeDocument = true;
                return stop("nothing");
            }
            int header = view.getInt((int) nextOffset, LITTLE_ENDIAN);
            if (header == 0 || (header & NOT_COMPLETE) != 0) {
                isBeforeDocument = true;
                return stop("no document");
            }
            long start = position() + DOCUMENT_HEADER_LENGTH;
            int length = header & LENGTH_MASK;
            if (start + length > limit) {
                return stop("a document that is longer than the file");
            }
            if ((header & META_DATA) == 0 || segment.isSparse) {
                // Chronicle has no part in a sparse file: to step over a document there would be to miss its record.
                if (length < RecordLayout.HEADER_LENGTH || length > RecordLayout.MAX_LENGTH) {
                    return stop("a document of " + length + " bytes");
                }
                documentPosition = position();
                nextOffset += DOCUMENT_HEADER_LENGTH;
                documentRemaining = length;
                return true;
            }
            jump(BitUtil.align(start + length, DOCUMENT_HEADER_LENGTH));
        }
    }

    private boolean step(int offset, long sequence) {
        long found = RecordLayout.sequence(view, offset);
        if (found != sequence && !(segment.isSparse && found > sequence)) {
            return stop("record " + found + " lies");
        }
        recordSequence = found;
        recordOffset = offset;
        recordLength = RecordLayout.length(view, offset);
        // The document may be cut within the padding of a record that is only skipped: the next step then stops.
        long length = Math.min(documentRemaining, RecordLayout.alignedLength(recordLength));
        documentRemaining -= length;
        nextOffset += length;
        return true;
    }

    private boolean stop(RecordDamage found) {
        return stop(found.name());
    }

    private boolean stop(String found) {
        damage = found;
        return false;
    }

    private boolean isHeaderThere() {
        return documentRemaining >= RecordLayout.HEADER_LENGTH && isThere(RecordLayout.HEADER_LENGTH);
    }

    /** Bytes that a record of this length takes, or a header's if the length is not one to believe. */
    private int alignedWithinDocument(int length) {
        boolean isBelievable = length >= RecordLayout.HEADER_LENGTH && length <= RecordLayout.MAX_LENGTH;
        int wanted = isBelievable ? RecordLayout.alignedLength(length) : RecordLayout.HEADER_LENGTH;
        return (int) Math.min(wanted, documentRemaining);
    }

    private void jump(long position) {
        nextOffset = position - bufferPosition;
        if (nextOffset < 0) {
            filled = 0;
            bufferPosition = position;
            nextOffset = 0;
        }
    }

    /** Makes so many bytes from the next one readable in the buffer; false if they are not in the file. */
    private boolean isThere(int length) {
        return nextOffset + length <= filled || fill(length);
    }

    private boolean fill(int length) {
        long position = position();
        if (position + length > limit) {
            return false;
        }
        if (length > bytes.capacity()) {
            bytes = ByteBuffer.allocateDirect(BitUtil.findNextPositivePowerOfTwo(length));
            view.wrap(bytes);
            bytesAddress = BufferUtil.address(bytes);
            filled = 0;
        }
        if (nextOffset >= filled || nextOffset + length > bytes.capacity()) {
            bufferPosition = position;
            nextOffset = 0;
            filled = 0;
        }
        long wanted = Math.min(filled + Math.max(length, readAhead), limit - bufferPosition);
        bytes.limit((int) Math.min(bytes.capacity(), wanted)).position(filled);
        readAhead = bytes.capacity();
        try {
            file.read(bytes, bufferPosition + filled);
        } catch (IOException e) {
            throw unreadable(segment.path, e);
        }
        filled = bytes.position();
        return nextOffset + length <= filled;
    }

    private static JournalException unreadable(Path path, IOException e) {
        return new JournalException("cannot read " + path + ": " + e.getMessage(), e);
    }
}
