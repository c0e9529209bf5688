package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of the log: the records {@code firstSequence..lastSequence}, dense, in the order of their positions; or one of the
 * keeper, which has some of them only.
 *
 * <p>The appending thread writes the last one and links the next at a roll. Everyone else walks the links at their own
 * pace. A reader that has seen a sequence journaled sees the segment, its end and its last sequence that belong to it,
 * since all of them are written before.
 */
final class Segment {
    private static final Logger LOGGER = LoggerFactory.getLogger(Segment.class);

    final Path path;
    final long firstSequence;

    /** Whether the records between the first and the last one are only some of those that there were. */
    final boolean isSparse;

    final SequenceMap positions;

    /** Guarded by this segment: whether somebody has mapped what nobody in this process had walked. */
    private boolean isMapped;

    /** Written by the appending thread with each excerpt, read by all. */
    private volatile long lastSequence;

    /** End of the last whole document with records, in bytes. Written by the appending thread, read by all. */
    private volatile long endPosition;

    /** Written by the thread that seals, read by all. */
    private volatile boolean sealed;

    /** Written once by the appending thread at a roll, before it publishes a record of the next segment. */
    private volatile Segment next;

    Segment(Path path, long firstSequence) {
        this(path, firstSequence, false);
    }

    Segment(Path path, long firstSequence, boolean isSparse) {
        this.path = path;
        this.firstSequence = firstSequence;
        this.isSparse = isSparse;
        positions = isSparse ? SequenceMap.sparse() : new SequenceMap();
        lastSequence = firstSequence - 1;
    }

    /** Where the links begin: no file, no record, nothing to do. */
    static Segment root() {
        Segment root = new Segment(null, 1);
        root.sealed = true;
        return root;
    }

    /** Its run and its name: what the manifest calls it. */
    String name() {
        return nameOf(path);
    }

    /** The run and the name of a file. */
    static String nameOf(Path path) {
        return path.getParent().getFileName() + "/" + path.getFileName();
    }

    long lastSequence() {
        return lastSequence;
    }

    long endPosition() {
        return endPosition;
    }

    /** Publishes a whole document: first where it ends, then what it holds. */
    void extend(long end, long last) {
        endPosition = end;
        lastSequence = last;
    }

    /**
     * Maps the documents of a segment of an earlier run, if nobody has: the first reader that searches in it does, from the
     * file that its sealing left or, without one, from the segment itself.
     */
    synchronized void requireMapped(SegmentCursor cursor) {
        if (!isMapped && positions.count() == 0 && !readPositions()) {
            cursor.moveTo(this, 0);
            // Where a document is damaged the map ends: a search then steps on from there and finds it.
            while (cursor.nextDocument()) {
                positions.note(cursor.documentSequence(), cursor.documentPosition());
            }
            if (cursor.position() >= endPosition) {
                writePositions(positions);
            }
        }
        isMapped = true;
    }

    /** Leaves the positions for later runs; without them the first search there takes longer. */
    void writePositions(SequenceMap written) {
        try {
            PositionsFile.write(this, written);
        } catch (IOException e) {
            LOGGER.warn("{} cannot be written: {}", PositionsFile.of(path), e.getMessage());
        }
    }

    private boolean readPositions() {
        try {
            if (PositionsFile.read(this, positions)) {
                return true;
            }
            LOGGER.info("{} is missing or damaged: made again from its segment", PositionsFile.of(path));
        } catch (IOException e) {
            LOGGER.warn("{} cannot be read: {}", PositionsFile.of(path), e.getMessage());
        }
        return false;
    }

    boolean isSealed() {
        return sealed;
    }

    void seal() {
        sealed = true;
    }

    Segment next() {
        return next;
    }

    void next(Segment following) {
        next = following;
    }
}
