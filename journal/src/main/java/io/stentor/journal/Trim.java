package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Removes the oldest segments of an open journal.
 *
 * <pre>
 *   1. the manifest says where the log begins, and what is kept of the segments: from here on they are gone, whatever happens
 *   2. the keeper has what is kept, then readers are told
 *   3. segment files and what lies beside them are deleted, the oldest first, then the directories of runs that hold no more of them
 * </pre>
 *
 * <p>The next open deletes what a crash within 3 has left: see {@link Recovery}. One thread at a time.
 */
final class Trim {
    private final JournalProgress progress;
    private final SegmentCatalogue catalogue;
    private final Manifest manifest;
    private final Keeper keeper;
    private final FileForcer forcer;

    Trim(JournalProgress progress, SegmentCatalogue catalogue, Manifest manifest, Keeper keeper, FileForcer forcer) {
        this.keeper = keeper;
        this.progress = progress;
        this.catalogue = catalogue;
        this.manifest = manifest;
        this.forcer = forcer;
    }

    /** Removes what lies before a record, of which a finished writer has what lives; null if nothing does. */
    void run(long firstSequence, KeeperWriter living) {
        progress.requireSound();
        if (firstSequence == catalogue.firstSequence()) {
            return;
        }
        if (!catalogue.isSealedFrom(firstSequence)) {
            throw new IllegalArgumentException(
                    "firstSequence=" + firstSequence + " is not the first record of a sealed segment");
        }
        if (living != null && living.line().lastSequence() >= firstSequence) {
            throw new IllegalArgumentException("record " + living.line().lastSequence()
                    + " is kept, but does not lie before firstSequence=" + firstSequence);
        }
        try {
            manifest.trim(firstSequence, living == null ? null : living.line());
        } catch (IOException e) {
            // Whether the line is there is not known, and nothing may be removed without it, nor what it may name.
            if (living != null) {
                living.take();
            }
            JournalException failure =
                    new JournalException("trim up to record " + firstSequence + " failed: " + e.getMessage(), e);
            progress.fail(failure);
            throw failure;
        }
        if (living != null) {
            // Before readers look for it there.
            keeper.add(living.take());
        }
        List<Segment> removed = catalogue.removeBefore(firstSequence);
        try {
            for (Segment segment : removed) {
                delete(segment.path, forcer);
            }
            removeEmptyRuns(removed);
        } catch (IOException e) {
            progress.report(new JournalException(
                    "removed files are left until the next open, which deletes them: " + e.getMessage(), e));
        }
    }

    /** Deletes a segment and what lies beside it, durably. */
    static void delete(Path segment, FileForcer forcer) throws IOException {
        Files.deleteIfExists(IndexParts.fileOf(segment));
        Files.deleteIfExists(PositionsFile.of(segment));
        Files.deleteIfExists(segment);
        forcer.forceDirectory(segment.getParent());
    }

    private void removeEmptyRuns(List<Segment> removed) throws IOException {
        Path kept = catalogue.last().path.getParent();
        for (Segment segment : removed) {
            Path run = segment.path.getParent();
            if (!run.equals(kept)
                    && Files.exists(run)
                    && JournalDirectory.segmentsOf(run).isEmpty()) {
                JournalDirectory.removeRun(run);
                forcer.forceDirectory(run.getParent());
            }
        }
    }
}
