package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what earlier runs left, in order, and makes the catalogue of it. Used once, by the thread that opens. */
final class Recovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(Recovery.class);

    private final JournalDirectory directory;
    private final FileForcer forcer;
    private final SegmentCatalogue catalogue;
    private long lastSequence;
    private int tornTailCount;

    Recovery(JournalDirectory directory, FileForcer forcer, SegmentCatalogue catalogue) {
        this.directory = directory;
        this.forcer = forcer;
        this.catalogue = catalogue;
    }

    /**
     * Walks the files of all runs; removes runs that hold no record.
     *
     * @throws JournalDamagedException if anything but a torn tail is found.
     */
    void run() throws IOException {
        try (SegmentCursor cursor = new SegmentCursor()) {
            for (Path run : directory.runs()) {
                boolean isEmpty = true;
                for (Path path : JournalDirectory.segmentsOf(run)) {
                    isEmpty &= !walk(path, cursor);
                }
                if (isEmpty) {
                    JournalDirectory.removeRun(run);
                }
            }
        }
        forcer.forceDirectory(directory.log());
    }

    /** The last record that was found. */
    long lastSequence() {
        return lastSequence;
    }

    /** Files whose end was cut. */
    int tornTailCount() {
        return tornTailCount;
    }

    private boolean walk(Path path, SegmentCursor cursor) throws IOException {
        SegmentWalk walk = SegmentWalk.walk(path, cursor, lastSequence + 1);
        Segment segment = walk.segment();
        if (walk.isTorn()) {
            tornTailCount++;
            LOGGER.warn(
                    "{} ends within a batch that was never journaled whole: cut at byte {}, behind record {}",
                    path,
                    segment.endPosition(),
                    segment.lastSequence());
        }
        if (segment.lastSequence() < segment.firstSequence) {
            return false;
        }
        forcer.forceFile(path);
        forcer.forceDirectory(path.getParent());
        segment.seal();
        catalogue.add(segment);
        lastSequence = segment.lastSequence();
        return true;
    }
}
