package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks a file that nobody has sealed from its start, verifying each record, and says how it ends.
 *
 * <p>It ends well, or with a <em>torn tail</em>, where the next document has no header yet (a process was killed before or
 * within it) or a record lies on a page that is all zeros (a power cut took it); in either case no whole document may
 * follow. Everything else is damage. A document counts whole or not at all, since it was forced whole or not at all.
 */
final class SegmentWalk {
    /** No document: the file holds none behind a position. */
    static final long NONE = -1;

    /** What Chronicle writes where a cycle ends. */
    private static final int END_OF_CYCLE = SegmentCursor.NOT_COMPLETE | SegmentCursor.META_DATA;

    /** A power cut takes pages; larger ones are multiples of this. */
    private static final int PAGE_BYTES = 4096;

    private static final int SEARCH_BYTES = 256 * 1024;
    private static final int WORD_BYTES = Integer.BYTES;

    /** Header of a document, then of a record up to its sequence: what a search looks at first. */
    private static final int GLANCE_BYTES = SegmentCursor.DOCUMENT_HEADER_LENGTH + RecordLayout.TERM_OFFSET;

    private final Path path;
    private final SegmentFile file;
    private final long fileLength;
    private final SegmentCursor cursor;
    private final Segment segment;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SEARCH_BYTES);
    private final UnsafeBuffer view = new UnsafeBuffer(bytes);
    private boolean isTorn;

    private SegmentWalk(Path path, SegmentFile file, SegmentCursor cursor, long firstSequence) throws IOException {
        this.path = path;
        this.file = file;
        this.cursor = cursor;
        fileLength = file.length();
        segment = new Segment(path, firstSequence);
    }

    /**
     * Walks a file to its end.
     *
     * @param cursor moved to it; the caller's.
     * @param firstSequence that its first record must have.
     * @throws JournalDamagedException if there is anything but a torn tail behind the last sound document.
     */
    static SegmentWalk walk(Path path, SegmentCursor cursor, long firstSequence) {
        try (SegmentFile file = new SegmentFile(path)) {
            SegmentWalk walk = new SegmentWalk(path, file, cursor, firstSequence);
            walk.walk();
            return walk;
        } catch (IOException e) {
            throw new JournalException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /** What is sound: up to the end of the last whole document. */
    Segment segment() {
        return segment;
    }

    /** Whether bytes were left behind the end that were never whole. */
    boolean isTorn() {
        return isTorn;
    }

    private void walk() throws IOException {
        long sequence = segment.firstSequence;
        // The cursor is bounded by the segment's end: the whole file, until the true one is known.
        Segment all = new Segment(path, sequence);
        all.extend(fileLength, sequence - 1);
        cursor.moveTo(all, 0);
        while (cursor.next(sequence)) {
            if (cursor.isFirstOfDocument()) {
                segment.positions.note(sequence, cursor.documentPosition());
            }
            if (!cursor.isWithinDocument()) {
                segment.extend(cursor.position(), sequence);
            }
            sequence++;
        }
        if (!isTail() || laterDocument(sequence) != NONE) {
            throw cursor.damaged(sequence);
        }
    }

    private boolean isTail() throws IOException {
        long position = cursor.position();
        if (cursor.isWithinDocument()) {
            isTorn = true;
            return isZeroPage(position);
        }
        if (position + SegmentCursor.DOCUMENT_HEADER_LENGTH > fileLength) {
            return fileLength == 0;
        }
        int header = read(position, WORD_BYTES).getInt(0, LITTLE_ENDIAN);
        boolean isBegun = position == 0 && header == SegmentCursor.NOT_COMPLETE;
        return header == 0 || header == END_OF_CYCLE || isBegun;
    }

    /** Whether the record at a position lies at least partly on a page that was never written. */
    private boolean isZeroPage(long position) throws IOException {
        int length = RecordLayout.HEADER_LENGTH;
        if (hasSoundHeader(position)) {
            length = RecordLayout.length(view, 0);
        }
        long end = Math.min(fileLength, position + length);
        for (long page = position & -PAGE_BYTES; page < end; page += PAGE_BYTES) {
            // The document's header lies before: a page that it shares with the record was written.
            if (page > cursor.documentPosition() && isZero(page)) {
                return true;
            }
        }
        return false;
    }

    private boolean isZero(long page) throws IOException {
        UnsafeBuffer content = read(page, (int) Math.min(PAGE_BYTES, fileLength - page));
        for (int i = 0; i < bytes.position(); i++) {
            if (content.getByte(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean hasSoundHeader(long position) throws IOException {
        UnsafeBuffer header = read(position, RecordLayout.HEADER_LENGTH);
        RecordDamage damage = RecordLayout.verify(header, 0, bytes.position());
        return damage == RecordDamage.NONE
                || damage == RecordDamage.BODY_CHECKSUM
                || (damage == RecordDamage.TRUNCATED && bytes.position() == RecordLayout.HEADER_LENGTH);
    }

    /** Position of the first whole document behind the last sound one, whose records come later; or {@link #NONE}. */
    private long laterDocument(long sequence) throws IOException {
        long position = Math.max(segment.endPosition(), behindWholeRecords(sequence));
        while (position + GLANCE_BYTES <= fileLength) {
            UnsafeBuffer content = read(position, SEARCH_BYTES);
            int last = bytes.position() - GLANCE_BYTES;
            for (int i = 0; i <= last; i += WORD_BYTES) {
                int header = content.getInt(i, LITTLE_ENDIAN);
                if (header != 0) {
                    isTorn |= header != END_OF_CYCLE;
                    if (isCandidate(content, i, sequence) && isWholeDocument(position + i)) {
                        return position + i;
                    }
                }
            }
            position += last - last % WORD_BYTES + WORD_BYTES;
        }
        return NONE;
    }

    /**
     * Steps over the records of a document that was never completed, whose bytes anybody may have chosen: a message may
     * hold what looks like a document.
     */
    private long behindWholeRecords(long firstSequence) throws IOException {
        long position = cursor.position();
        if (!cursor.isWithinDocument()) {
            position += SegmentCursor.DOCUMENT_HEADER_LENGTH;
        }
        long sequence = firstSequence;
        while (hasSoundHeader(position) && RecordLayout.sequence(view, 0) == sequence) {
            isTorn = true;
            position += RecordLayout.alignedLength(RecordLayout.length(view, 0));
            sequence++;
        }
        return position;
    }

    private static boolean isCandidate(UnsafeBuffer content, int at, long sequence) {
        int record = at + SegmentCursor.DOCUMENT_HEADER_LENGTH;
        int header = content.getInt(at, LITTLE_ENDIAN);
        return header >= RecordLayout.HEADER_LENGTH
                && header <= RecordLayout.MAX_LENGTH
                && content.getShort(record + RecordLayout.MAGIC_OFFSET, LITTLE_ENDIAN) == RecordLayout.MAGIC
                && RecordLayout.sequence(content, record) >= sequence;
    }

    private boolean isWholeDocument(long position) throws IOException {
        UnsafeBuffer header = read(position, GLANCE_BYTES);
        long sequence = RecordLayout.sequence(header, SegmentCursor.DOCUMENT_HEADER_LENGTH);
        try (SegmentCursor candidate = new SegmentCursor()) {
            Segment all = new Segment(path, sequence);
            all.extend(fileLength, sequence);
            candidate.moveTo(all, position);
            boolean isSound = candidate.next(sequence);
            while (isSound && candidate.isWithinDocument()) {
                sequence++;
                isSound = candidate.next(sequence);
            }
            return isSound;
        }
    }

    private UnsafeBuffer read(long position, int length) throws IOException {
        bytes.limit(length).position(0);
        file.read(bytes, position);
        return view;
    }
}
