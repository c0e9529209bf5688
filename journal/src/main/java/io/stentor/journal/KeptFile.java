package io.stentor.journal;

import java.nio.file.Path;

/**
 * A file of the keeper. Never changes; only its posting lists, in memory where this process has written the file, are taken
 * by the index, once.
 */
final class KeptFile {
    final Segment segment;
    final long count;

    /** Written by the thread that trims before it publishes the file, taken by the index's. */
    private MemoryPostings postings;

    KeptFile(Segment segment, long count, MemoryPostings postings) {
        this.segment = segment;
        this.count = count;
        this.postings = postings;
    }

    /** A file as the manifest knows it, in the directory of a journal. */
    static KeptFile of(Path directory, Manifest.Kept known) {
        Segment segment = new Segment(directory.resolve(known.file()), known.firstSequence(), true);
        segment.extend(known.length(), known.lastSequence());
        segment.seal();
        return new KeptFile(segment, known.count(), null);
    }

    SegmentInfo info() {
        return new SegmentInfo(segment.path, segment.firstSequence, segment.lastSequence(), true);
    }

    /** The posting lists, if they are in memory and nobody has taken them; null otherwise. */
    MemoryPostings takePostings() {
        MemoryPostings taken = postings;
        postings = null;
        return taken;
    }
}
