package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks a file that nobody has sealed from its start, verifying each record, and says what it holds and how it ends.
 *
 * <p>It ends well, or with a <em>torn tail</em>, where the next document has no header yet (a process was killed before or
 * within it) or a record lies on a page that is all zeros (a power cut took it); in either case no whole document may
 * follow. Behind what is known to be forced it may also end with a <em>hole</em>: a power cut keeps any of the pages that
 * were never forced, each as it was at some time, so that whole documents may follow, and they end with it. Everything else
 * is damage: the walk goes on behind it and notes which records are lost. A document counts whole or not at all where the
 * file ends, since it was forced whole or not at all.
 */
final class SegmentWalk {
    /** No document: the file holds none behind a position. */
    static final long NONE = -1;

    /** What Chronicle writes where a cycle ends. */
    private static final int END_OF_CYCLE = SegmentCursor.NOT_COMPLETE | SegmentCursor.META_DATA;

    /** Its length behind its header: a short text. */
    private static final int END_OF_CYCLE_BYTES = 4;

    /** A power cut takes pages; larger ones are multiples of this. */
    private static final int PAGE_BYTES = 4096;

    private static final int SEARCH_BYTES = 256 * 1024;
    private static final int WORD_BYTES = Integer.BYTES;

    /** Header of a document, then of a record up to its sequence: what a search looks at first. */
    private static final int GLANCE_BYTES = SegmentCursor.DOCUMENT_HEADER_LENGTH + RecordLayout.TERM_OFFSET;

    private final SegmentFile file;
    private final boolean isWritten;
    private final long syncedSequence;
    private final long fileLength;
    private final SegmentCursor cursor;
    private final Segment segment;

    /** The same file up to its last byte: bounds the cursor until the true end is known. */
    private final Segment all;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SEARCH_BYTES);
    private final UnsafeBuffer view = new UnsafeBuffer(bytes);
    private final List<Manifest.Lost> lost = new ArrayList<>();
    private JournalDamagedException damage;
    private long nextSequence;
    private boolean isTorn;
    private boolean hasHole;
    private boolean endsShort;

    private SegmentWalk(
            Path path,
            SegmentFile file,
            SegmentCursor cursor,
            long firstSequence,
            long syncedSequence,
            boolean isWritten,
            boolean isSparse)
            throws IOException {
        this.isWritten = isWritten;
        this.syncedSequence = syncedSequence;
        this.file = file;
        this.cursor = cursor;
        fileLength = file.length();
        nextSequence = firstSequence;
        segment = new Segment(path, firstSequence, isSparse);
        all = new Segment(path, firstSequence, isSparse);
        all.extend(fileLength, firstSequence - 1);
    }

    /**
     * Walks a file to its end.
     *
     * @param cursor moved to it; the caller's.
     * @param firstSequence that its first record must have.
     * @param syncedSequence a record that was forced, with all before it, and the last one that is known to be; {@link
     *     SyncMark#UNKNOWN} if none is: then no hole is believed.
     * @param handler given every sound record.
     */
    static SegmentWalk walk(
            Path path, SegmentCursor cursor, long firstSequence, long syncedSequence, RecordHandler handler)
            throws IOException {
        return walk(path, cursor, firstSequence, syncedSequence, handler, false);
    }

    /**
     * As the other one, for a file that another process may be writing or sealing: it ends where nothing whole is yet.
     *
     * @param isWritten whether that may be so.
     */
    static SegmentWalk walk(
            Path path,
            SegmentCursor cursor,
            long firstSequence,
            long syncedSequence,
            RecordHandler handler,
            boolean isWritten)
            throws IOException {
        try (SegmentFile file = new SegmentFile(path)) {
            SegmentWalk walk = new SegmentWalk(path, file, cursor, firstSequence, syncedSequence, isWritten, false);
            walk.walk(handler);
            return walk;
        }
    }

    /**
     * Walks a file of the keeper, which is not dense: what is lost is named with the sequences around it that may never have
     * been there.
     *
     * @param firstSequence from which its records are.
     */
    static SegmentWalk walkKept(Path path, SegmentCursor cursor, long firstSequence, RecordHandler handler)
            throws IOException {
        try (SegmentFile file = new SegmentFile(path)) {
            SegmentWalk walk = new SegmentWalk(path, file, cursor, firstSequence, SyncMark.UNKNOWN, false, true);
            walk.walk(handler);
            return walk;
        }
    }

    /** What is sound, up to the end of the last whole document; of use if there is no {@link #damage}. */
    Segment segment() {
        return segment;
    }

    /** Whether bytes were left behind the end that were never whole. */
    boolean isTorn() {
        return isTorn;
    }

    /** Whether more may have been whole behind the end, which a power cut has broken and nobody had forced. */
    boolean hasHole() {
        return hasHole;
    }

    /** Whether the file ends where its last document does: nobody but the one who seals leaves it so. */
    boolean endsShort() {
        return endsShort;
    }

    /** The first damage, or null. */
    JournalDamagedException damage() {
        return damage;
    }

    /** Records that are not there, in order. There may be none in spite of damage. */
    List<Manifest.Lost> lost() {
        return lost;
    }

    /** As {@link #lost}, where it is known that there was a last record. */
    List<Manifest.Lost> lostUpTo(long lastSequence) {
        if (nextSequence > lastSequence) {
            return lost;
        }
        List<Manifest.Lost> all = new ArrayList<>(lost);
        long first = nextSequence;
        if (!all.isEmpty() && all.get(all.size() - 1).lastSequence() == nextSequence - 1) {
            first = all.remove(all.size() - 1).firstSequence();
        }
        all.add(new Manifest.Lost(first, lastSequence));
        return all;
    }

    private void walk(RecordHandler handler) throws IOException {
        cursor.moveTo(all, 0);
        do {
            while (cursor.next(nextSequence)) {
                onRecord(handler);
            }
        } while (!isEnd() && resume());
    }

    private void onRecord(RecordHandler handler) {
        nextSequence = cursor.recordSequence();
        if (cursor.isFirstOfDocument()) {
            segment.positions.note(nextSequence, cursor.documentPosition());
        }
        if (!cursor.isWithinDocument()) {
            segment.extend(cursor.position(), nextSequence);
        }
        handler.onRecord(cursor.buffer(), cursor.recordOffset(), cursor.recordLength());
        nextSequence++;
    }

    private boolean isEnd() throws IOException {
        if (isWritten && isOpenEnd()) {
            return true;
        }
        if (isTail() && laterDocument(nextSequence) == NONE) {
            return true;
        }
        if (damage == null && isUnforced() && isHole()) {
            isTorn = true;
            hasHole = true;
            endsShort = false;
            return true;
        }
        if (damage == null) {
            damage = cursor.damaged(nextSequence);
        }
        return false;
    }

    /** Whether nobody was ever told that the next record is forced: a force writes its mark last, so it may only lag. */
    private boolean isUnforced() {
        return syncedSequence != SyncMark.UNKNOWN && nextSequence > syncedSequence;
    }

    /** Comes to the next sound record behind damage; false if there is none. */
    private boolean resume() throws IOException {
        if (cursor.isWithinDocument() && hasSoundHeader(cursor.position()) && cursor.skip(nextSequence)) {
            lose(cursor.recordSequence());
            return true;
        }
        long later = laterDocument(nextSequence);
        if (later == NONE) {
            lose(nextSequence);
            return false;
        }
        long sequence = RecordLayout.sequence(read(later, GLANCE_BYTES), SegmentCursor.DOCUMENT_HEADER_LENGTH);
        if (sequence > nextSequence) {
            lose(sequence - 1);
        }
        // What was found there was read just now, and may be newer than what the cursor holds.
        cursor.moveToAgain(all, later);
        return true;
    }

    private void lose(long lastSequence) {
        lost.add(new Manifest.Lost(nextSequence, lastSequence));
        nextSequence = lastSequence + 1;
    }

    /**
     * Whether the file ended here when the cursor read it. Looking again would not do: the writer may have gone on since, and
     * what then lies here is no damage but more of the log.
     */
    private boolean isOpenEnd() throws IOException {
        return !cursor.isWithinDocument() && (cursor.isBeforeDocument() || isInNewBlock());
    }

    /** Whether the next document ends behind where the file ended when the walk began: it has grown since. */
    private boolean isInNewBlock() throws IOException {
        if (file.length() <= fileLength) {
            return false;
        }
        int length = read(cursor.position(), WORD_BYTES).getInt(0, LITTLE_ENDIAN) & SegmentCursor.LENGTH_MASK;
        return cursor.position() + SegmentCursor.DOCUMENT_HEADER_LENGTH + length > fileLength;
    }

    private boolean isTail() throws IOException {
        long position = cursor.position();
        if (cursor.isWithinDocument()) {
            isTorn = true;
            return isZeroPage(position);
        }
        if (position + SegmentCursor.DOCUMENT_HEADER_LENGTH > fileLength) {
            endsShort = position == fileLength && fileLength > 0;
            return position == fileLength;
        }
        int header = read(position, WORD_BYTES).getInt(0, LITTLE_ENDIAN);
        boolean isBegun = position == 0 && header == SegmentCursor.NOT_COMPLETE;
        return header == 0 || header == END_OF_CYCLE || isBegun;
    }

    /** Whether what stopped the cursor is what a page that was never written, or not since, leaves; or a length so lost. */
    private boolean isHole() throws IOException {
        long position = cursor.position();
        if (cursor.isWithinDocument()) {
            return isStale(position) || isBehindLostFile(position);
        }
        boolean endsWithPage = fileLength % PAGE_BYTES == 0;
        if (position + SegmentCursor.DOCUMENT_HEADER_LENGTH > fileLength) {
            return endsWithPage;
        }
        int header = read(position, WORD_BYTES).getInt(0, LITTLE_ENDIAN);
        boolean isBegun = position == 0 && header == SegmentCursor.NOT_COMPLETE;
        int length = header & SegmentCursor.LENGTH_MASK;
        boolean isLonger = header > 0
                && length <= RecordLayout.MAX_LENGTH
                && position + SegmentCursor.DOCUMENT_HEADER_LENGTH + length > fileLength;
        return header == 0 || isBegun || (isLonger && endsWithPage);
    }

    /** Whether the record at a position goes over into zeros that reach to the end of a page: it was not there yet. */
    private boolean isStale(long position) throws IOException {
        int length = RecordLayout.HEADER_LENGTH;
        if (hasSoundHeader(position)) {
            length = RecordLayout.alignedLength(RecordLayout.length(view, 0));
        }
        long end = Math.min(fileLength, position + length);
        for (long page = position & -PAGE_BYTES; page < end; page += PAGE_BYTES) {
            if (page > cursor.documentPosition() && zerosFrom(page) < Math.min(end, page + PAGE_BYTES)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a file begins with a later record than is expected: the file before it, or its name, was never forced. */
    private boolean isBehindLostFile(long position) throws IOException {
        return segment.lastSequence() < segment.firstSequence
                && hasSoundHeader(position)
                && RecordLayout.sequence(view, 0) > nextSequence;
    }

    /** Where the zeros begin that reach to the end of a page; records are copied in words. */
    private long zerosFrom(long page) throws IOException {
        UnsafeBuffer content = read(page, (int) Math.min(PAGE_BYTES, fileLength - page));
        int end = bytes.position();
        while (end > 0 && content.getByte(end - 1) == 0) {
            end--;
        }
        return page + BitUtil.align(end, Long.BYTES);
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
            if (page > cursor.documentPosition() && zerosFrom(page) == page) {
                return true;
            }
        }
        return false;
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
                if (header == END_OF_CYCLE) {
                    i += END_OF_CYCLE_BYTES;
                } else if (header != 0) {
                    isTorn = true;
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
        long stopped = cursor.position();
        boolean isInside = cursor.isWithinDocument();
        long position = isInside ? stopped : stopped + SegmentCursor.DOCUMENT_HEADER_LENGTH;
        long sequence = firstSequence;
        while (hasSoundHeader(position) && isExpected(RecordLayout.sequence(view, 0), sequence)) {
            isTorn = true;
            position += RecordLayout.alignedLength(RecordLayout.length(view, 0));
            sequence = RecordLayout.sequence(view, 0) + 1;
        }
        if (sequence > firstSequence) {
            return position;
        }
        // The document may itself be the later one, if those before it are lost.
        boolean isAtFirst = stopped == cursor.documentPosition() + SegmentCursor.DOCUMENT_HEADER_LENGTH;
        return isInside && isAtFirst ? cursor.documentPosition() : stopped;
    }

    private boolean isExpected(long found, long sequence) {
        return found == sequence || (segment.isSparse && found > sequence);
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
