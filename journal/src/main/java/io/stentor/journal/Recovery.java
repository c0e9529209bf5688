package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what earlier runs left, in order: a sealed segment by its line in the manifest, any other by walking and sealing
 * it. Used once, by the thread that opens.
 *
 * <pre>
 *   sealed, as long as the manifest says    -> taken unread: its readers and the scrubber verify it
 *   sealed and longer                       -> cut: its sealing was interrupted
 *   walked, sound                           -> forced and taken; the sealing agent reads it once more and seals it
 *   walked, a torn tail or a hole           -> cut there, sealed: see {@link SegmentWalk}
 *   ended before what was forced            -> damaged
 *   damaged, nothing lost by it             -> kept in quarantine, written anew, sealed
 *   damaged, what is lost was given up      -> the same, and the loss is recorded
 *   damaged otherwise                       -> refused
 * </pre>
 */
final class Recovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(Recovery.class);
    private static final RecordHandler NOBODY = (buffer, offset, length) -> {};

    private final JournalContext context;
    private final JournalDirectory directory;
    private final FileForcer forcer;
    private final SegmentCatalogue catalogue;
    private final SegmentCursor cursor = new SegmentCursor();
    private final SegmentHash hash = new SegmentHash();
    private final Set<Path> written = new HashSet<>();
    private Manifest manifest;

    /** The last record that is known to have been forced, or {@link SyncMark#UNKNOWN}. */
    private long syncedSequence;

    /** The file that holds the end of the log; null if there is none. */
    private Path lastPath;

    private long lastSequence;
    private int tornTailCount;

    Recovery(JournalContext context, JournalDirectory directory, FileForcer forcer, SegmentCatalogue catalogue) {
        this.context = context;
        this.directory = directory;
        this.forcer = forcer;
        this.catalogue = catalogue;
    }

    /**
     * Takes all segments, and removes runs that hold none.
     *
     * @throws JournalDamagedException if records are damaged or missing that the context does not give up.
     */
    void run() throws IOException {
        List<Path> runs = directory.runs();
        manifest = Manifest.read(directory.path(), forcer, runs.isEmpty());
        boolean wasWhole = manifest.isWhole();
        syncedSequence = SyncMark.read(directory.path(), directory.identity().logId());
        if (syncedSequence == SyncMark.UNKNOWN && !runs.isEmpty()) {
            LOGGER.warn(
                    "{} is missing or damaged: what a power cut may have taken cannot be told from damage",
                    directory.path().resolve(SyncMark.FILE_NAME));
        }
        try (cursor;
                hash) {
            Set<Path> paths = paths(runs);
            lastPath = paths.stream().reduce((one, other) -> other).orElse(null);
            for (Path path : paths) {
                if (!written.contains(path)) {
                    take(path, manifest.sealed(Segment.nameOf(path)), wasWhole);
                }
            }
        }
        requireForced();
        if (!wasWhole) {
            manifest.rewrite();
        }
        for (Path run : runs) {
            if (JournalDirectory.segmentsOf(run).isEmpty()) {
                JournalDirectory.removeRun(run);
            }
        }
        forcer.forceDirectory(directory.log());
    }

    Manifest manifest() {
        return manifest;
    }

    /** The last record that was found. */
    long lastSequence() {
        return lastSequence;
    }

    /** Files whose end was cut. */
    int tornTailCount() {
        return tornTailCount;
    }

    /** The files that are there and those that should be; their names sort as their records do. */
    private Set<Path> paths(List<Path> runs) throws IOException {
        Set<Path> paths = new TreeSet<>();
        for (Path run : runs) {
            paths.addAll(JournalDirectory.segmentsOf(run));
        }
        for (Manifest.Sealed sealed : manifest.sealed()) {
            paths.add(directory.log().resolve(sealed.file()));
        }
        return paths;
    }

    private void take(Path path, Manifest.Sealed known, boolean isManifestWhole) throws IOException {
        if (catalogue.isEmpty() && lastSequence == 0) {
            lastSequence =
                    (known == null ? JournalDirectory.firstSequenceOf(path.getParent()) : known.firstSequence()) - 1;
        }
        boolean isThere = Files.exists(path);
        if (known != null && isThere && !context.acceptsLossWithin(known.firstSequence(), known.lastSequence())) {
            takeSealed(path, known);
        } else if (isThere) {
            takeWalked(path, known, isManifestWhole);
        } else {
            giveUp(
                    new Manifest.Lost(known.firstSequence(), known.lastSequence()),
                    new JournalDamagedException(path.toString(), -1, known.firstSequence(), "a file is missing:"));
            lastSequence = known.lastSequence();
        }
    }

    private void takeSealed(Path path, Manifest.Sealed known) throws IOException {
        long length = Files.size(path);
        if (length < known.length()) {
            throw new JournalDamagedException(
                    path.toString(),
                    length,
                    known.firstSequence(),
                    "a file of " + length + " bytes instead of " + known.length());
        }
        if (known.firstSequence() != lastSequence + 1) {
            JournalDamagedException gap = new JournalDamagedException(
                    path.toString(), 0, lastSequence + 1, "record " + known.firstSequence() + " lies");
            if (known.firstSequence() <= lastSequence) {
                throw gap;
            }
            giveUp(new Manifest.Lost(lastSequence + 1, known.firstSequence() - 1), gap);
        }
        if (length > known.length()) {
            SegmentHash.cut(path, known.length());
        }
        Segment segment = new Segment(path, known.firstSequence());
        segment.extend(known.length(), known.lastSequence());
        segment.seal();
        add(segment);
    }

    private void takeWalked(Path path, Manifest.Sealed known, boolean isManifestWhole) throws IOException {
        SegmentWalk walk = SegmentWalk.walk(path, cursor, lastSequence + 1, syncedSequence, NOBODY);
        if (walk.damage() != null) {
            salvage(path, walk);
            return;
        }
        Segment segment = walk.segment();
        boolean isShort =
                known == null ? walk.endsShort() && isManifestWhole : segment.lastSequence() < known.lastSequence();
        if (isShort) {
            Manifest.Lost lost = new Manifest.Lost(
                    segment.lastSequence() + 1, known == null ? segment.lastSequence() + 1 : known.lastSequence());
            giveUp(
                    lost,
                    new JournalDamagedException(
                            path.toString(), segment.endPosition(), lost.firstSequence(), "the file ends"));
        }
        if (path.equals(lastPath) && segment.lastSequence() < syncedSequence) {
            giveUpForced(path, segment.endPosition(), segment.lastSequence());
            directory.quarantine(path, forcer);
        }
        if (walk.isTorn()) {
            tornTailCount++;
            LOGGER.warn(
                    walk.hasHole()
                            ? "{} has lost to a power cut what was not forced: cut at byte {}, behind record {}"
                            : "{} ends within a batch that was never journaled whole: cut at byte {}, behind record {}",
                    path,
                    segment.endPosition(),
                    segment.lastSequence());
        }
        if (walk.isTorn() || known != null || isShort) {
            seal(segment);
        } else {
            force(segment);
        }
    }

    /** What was forced is there to its last record, or was given up. */
    private void requireForced() throws IOException {
        if (lastSequence < syncedSequence) {
            giveUpForced(directory.log(), -1, lastSequence);
            lastSequence = syncedSequence;
        }
    }

    private void giveUpForced(Path path, long position, long last) throws IOException {
        giveUp(new Manifest.Lost(last + 1, syncedSequence), SyncMark.missing(path, position, last + 1, syncedSequence));
    }

    private void seal(Segment segment) throws IOException {
        if (force(segment)) {
            hash.start(segment);
            hash.seal(manifest);
        }
    }

    /** Makes durable and takes what a killed process may have journaled and never forced; false if it is nothing. */
    private boolean force(Segment segment) throws IOException {
        if (segment.lastSequence() < segment.firstSequence) {
            Files.delete(segment.path);
            return false;
        }
        forcer.forceFile(segment.path);
        forcer.forceDirectory(segment.path.getParent());
        add(segment);
        return true;
    }

    private void add(Segment segment) {
        catalogue.add(segment);
        lastSequence = segment.lastSequence();
    }

    /** Writes what is sound to files of its own, in place of the damaged one, if what is lost may be. */
    private void salvage(Path path, SegmentWalk walk) throws IOException {
        List<Manifest.Lost> lost = path.equals(lastPath) ? lostToMark(walk) : walk.lost();
        requireGivenUp(lost, walk.damage());
        Path kept = directory.quarantine(path, forcer);
        LOGGER.warn("{}; the file is kept as {}", walk.damage().getMessage(), kept);
        lose(lost);
        List<Segment> parts;
        try (Salvage salvage = new Salvage(path)) {
            SegmentWalk.walk(path, cursor, lastSequence + 1, syncedSequence, salvage);
            cursor.close();
            parts = salvage.replace(forcer);
        }
        for (Segment part : parts) {
            written.add(part.path);
            seal(part);
        }
        if (!lost.isEmpty()) {
            lastSequence = Math.max(lastSequence, lost.get(lost.size() - 1).lastSequence());
        }
    }

    /** What a walk to the end of the log has lost, up to the last record that was forced. */
    private List<Manifest.Lost> lostToMark(SegmentWalk walk) {
        List<Manifest.Lost> lost = new ArrayList<>(walk.lost());
        long first = walk.nextSequence();
        if (first <= syncedSequence) {
            int last = lost.size() - 1;
            if (last >= 0 && lost.get(last).lastSequence() == first - 1) {
                first = lost.remove(last).firstSequence();
            }
            lost.add(new Manifest.Lost(first, syncedSequence));
        }
        return lost;
    }

    private void giveUp(Manifest.Lost lost, JournalDamagedException damage) throws IOException {
        requireGivenUp(List.of(lost), damage);
        lose(List.of(lost));
    }

    private void lose(List<Manifest.Lost> ranges) throws IOException {
        for (Manifest.Lost lost : ranges) {
            if (!manifest.isLost(lost)) {
                LOGGER.warn("records {}..{} are given up", lost.firstSequence(), lost.lastSequence());
                manifest.add(lost);
            }
        }
    }

    /** Throws unless what is lost was given up before, or the context gives up exactly from the first to the last of it. */
    private void requireGivenUp(List<Manifest.Lost> ranges, JournalDamagedException damage) {
        List<Manifest.Lost> unknown =
                ranges.stream().filter(lost -> !manifest.isLost(lost)).toList();
        if (!unknown.isEmpty()) {
            long first = unknown.get(0).firstSequence();
            long last = unknown.get(unknown.size() - 1).lastSequence();
            if (!context.acceptsLoss(first, last)) {
                throw damage.losing(first, last);
            }
        }
    }
}
