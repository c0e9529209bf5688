package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;

/** Walks a file of the keeper from its start, verifies each record, and says what it holds and what is wrong with it. */
final class KeptWalk implements RecordHandler {
    private final RecordsHash hash = new RecordsHash();
    private final RecordHandler handler;
    private final Path path;
    private SegmentWalk walk;
    private String sha256;
    private long firstSequence;
    private long count;
    private long firstTimestampNs;
    private long lastTimestampNs;

    private KeptWalk(Path path, RecordHandler handler) {
        this.path = path;
        this.handler = handler;
    }

    static KeptWalk walk(Path path, long firstSequence, SegmentCursor cursor) throws IOException {
        return walk(path, firstSequence, cursor, (buffer, offset, length) -> {});
    }

    /**
     * Walks a file to its end.
     *
     * @param firstSequence of the first record that it should have.
     * @param cursor moved to it; the caller's.
     * @param handler given every sound record, also those behind damage.
     */
    static KeptWalk walk(Path path, long firstSequence, SegmentCursor cursor, RecordHandler handler)
            throws IOException {
        KeptWalk kept = new KeptWalk(path, handler);
        kept.walk = SegmentWalk.walkKept(path, cursor, firstSequence, kept);
        kept.sha256 = kept.hash.finish();
        return kept;
    }

    /** What to throw of a file that should be there. */
    static JournalDamagedException missing(Path path, Manifest.Kept known) {
        return new JournalDamagedException(path.toString(), -1, known.firstSequence(), "a file is missing:")
                .losing(known.firstSequence(), known.lastSequence());
    }

    @Override
    public void onRecord(DirectBuffer buffer, int offset, int length) {
        hash.add(buffer, offset, length);
        lastTimestampNs = RecordLayout.timestampNs(buffer, offset);
        if (count == 0) {
            firstSequence = RecordLayout.sequence(buffer, offset);
            firstTimestampNs = lastTimestampNs;
        }
        count++;
        handler.onRecord(buffer, offset, length);
    }

    /** How many sound records there are. */
    long count() {
        return count;
    }

    /** What is wrong with a file of which nothing else is known, and what is lost with it; null if nothing is. */
    JournalDamagedException damage() throws IOException {
        long next = walk.segment().lastSequence() + 1;
        if (walk.damage() != null) {
            return walk.damage().losing(walk.lost());
        }
        if (walk.segment().endPosition() != Files.size(path)) {
            return new JournalDamagedException(path.toString(), walk.segment().endPosition(), next, "nothing")
                    .losing(next, next);
        }
        return null;
    }

    /** As {@link #damage}, of a file that the manifest names. */
    JournalDamagedException damageOf(Manifest.Kept known) {
        if (walk.damage() != null) {
            List<Manifest.Lost> lost = walk.lostUpTo(known.lastSequence());
            return walk.damage().losing(lost);
        }
        Segment segment = walk.segment();
        if (segment.lastSequence() < known.lastSequence()) {
            long next = segment.lastSequence() + 1;
            return new JournalDamagedException(path.toString(), segment.endPosition(), next, "the file ends")
                    .losing(next, known.lastSequence());
        }
        if (count != known.count() || !sha256.equals(known.sha256())) {
            return SegmentHash.otherRecords(path, known.firstSequence())
                    .losing(known.firstSequence(), known.lastSequence());
        }
        return null;
    }

    /** What the manifest is to say of a file without damage. */
    Manifest.Kept line() {
        Segment segment = walk.segment();
        return new Manifest.Kept(
                segment.name(), segment.endPosition(), firstSequence, segment.lastSequence(), count, sha256);
    }

    /** What a listener is told of it. */
    ScannedSegment scanned() {
        Segment segment = walk.segment();
        return new ScannedSegment(
                path,
                firstSequence,
                segment.lastSequence(),
                segment.endPosition(),
                firstTimestampNs,
                lastTimestampNs,
                false);
    }
}
