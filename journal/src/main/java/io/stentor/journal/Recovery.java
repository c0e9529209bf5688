package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 *   before the first that is retained       -> deleted: its removal was interrupted
 *   sealed, as long as the manifest says    -> taken unread: its readers and the scrubber verify it
 *   sealed and longer                       -> cut: its sealing was interrupted
 *   sealed and shorter, or in what is given up -> walked, up to what the manifest says
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

    /** {@link #lastSequence} before the first file. */
    private long beginSequence;

    private List<KeptFile> keptFiles;
    private int tornTailCount;
    private boolean givesUp;

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
        deleteTrimmed(runs);
        try (cursor;
                hash) {
            Set<Path> paths = paths(runs);
            lastPath = paths.stream().reduce((one, other) -> other).orElse(null);
            for (Path path : paths) {
                if (!written.contains(path)) {
                    take(path, manifest.sealed(Segment.nameOf(path)), wasWhole);
                }
            }
            takeKept();
        }
        requireForced();
        // What was given up at the end has no successor: the next record is the next of those that are left.
        lastSequence = catalogue.isEmpty() ? beginSequence : catalogue.last().lastSequence();
        if (!wasWhole) {
            manifest.rewrite();
        }
        if (!givesUp && context.acceptsLoss()) {
            LOGGER.warn("no record is given up: the loss that is accepted is not there, so do not accept it any more");
        }
        for (Path run : runs) {
            if (JournalDirectory.segmentsOf(run).isEmpty()) {
                JournalDirectory.removeRun(run);
            }
        }
        forcer.forceDirectory(directory.log());
    }

    /** What the keeper has. */
    List<KeptFile> keptFiles() {
        return keptFiles;
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

    private void takeKept() throws IOException {
        KeeperRecovery keeper = new KeeperRecovery(context, directory, forcer, manifest, cursor);
        keptFiles = keeper.run(catalogue.isEmpty() ? lastSequence + 1 : catalogue.firstSequence());
        givesUp |= keeper.givesUp();
    }

    private void deleteTrimmed(List<Path> runs) throws IOException {
        for (Path run : runs) {
            for (Path path : JournalDirectory.segmentsOf(run)) {
                if (manifest.isTrimmed(Segment.nameOf(path))) {
                    Trim.delete(path, forcer);
                }
            }
        }
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
            long runFirst = JournalDirectory.firstSequenceOf(path.getParent());
            lastSequence = (known == null ? Math.max(runFirst, manifest.firstRetained()) : known.firstSequence()) - 1;
            beginSequence = lastSequence;
        }
        boolean isThere = Files.exists(path);
        if (isThere && known != null && isTakenUnread(path, known)) {
            takeSealed(path, known);
        } else if (isThere) {
            takeWalked(path, known, isManifestWhole);
        } else {
            giveUp(
                    new Manifest.Lost(known.firstSequence(), known.lastSequence()),
                    new JournalDamagedException(path.toString(), -1, known.firstSequence(), "a file is missing:"));
            manifest.forget(known.file());
            lastSequence = known.lastSequence();
        }
    }

    private boolean isTakenUnread(Path path, Manifest.Sealed known) throws IOException {
        return Files.size(path) >= known.length()
                && !context.acceptsLossWithin(known.firstSequence(), known.lastSequence());
    }

    private void takeSealed(Path path, Manifest.Sealed known) throws IOException {
        if (known.firstSequence() != lastSequence + 1) {
            JournalDamagedException gap = new JournalDamagedException(
                    path.toString(), 0, lastSequence + 1, "record " + known.firstSequence() + " lies");
            if (known.firstSequence() <= lastSequence) {
                throw gap;
            }
            giveUp(new Manifest.Lost(lastSequence + 1, known.firstSequence() - 1), gap);
        }
        if (Files.size(path) > known.length()) {
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
            salvage(path, walk, known);
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
        if (walk.isTorn() && known == null) {
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
        if (known != null) {
            Manifest.Sealed now = manifest.sealed(known.file());
            if (!isShort && now != null && !now.sha256().equals(known.sha256())) {
                LOGGER.warn("{} holds sound records, but not those that were sealed: sealed as they are", path);
            }
            lastSequence = Math.max(lastSequence, known.lastSequence());
        }
    }

    /** What was forced is there to its last record, or was given up. */
    private void requireForced() throws IOException {
        if (lastSequence < syncedSequence) {
            giveUpForced(directory.log(), -1, lastSequence);
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
            manifest.forget(segment.name());
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
    private void salvage(Path path, SegmentWalk walk, Manifest.Sealed known) throws IOException {
        long end = known == null ? 0 : known.lastSequence();
        List<Manifest.Lost> lost = walk.lostUpTo(path.equals(lastPath) ? Math.max(end, syncedSequence) : end);
        requireGivenUp(lost, walk.damage());
        Path kept = directory.quarantine(path, forcer);
        LOGGER.warn("{}; the file is kept as {}", walk.damage().losing(lost).getMessage(), kept);
        lose(lost);
        List<Segment> parts;
        try (Salvage salvage = new Salvage(path)) {
            SegmentWalk.walk(path, cursor, lastSequence + 1, syncedSequence, salvage);
            cursor.close();
            parts = salvage.replace(forcer);
        }
        if (known != null) {
            manifest.forget(known.file());
        }
        for (Segment part : parts) {
            written.add(part.path);
            seal(part);
        }
        if (!lost.isEmpty()) {
            lastSequence = Math.max(lastSequence, lost.get(lost.size() - 1).lastSequence());
        }
    }

    /** Keeps with what was given up where the log ended, once nothing else knows of an end behind it. */
    void settle() throws IOException {
        manifest.settle(lastSequence);
    }

    private void giveUp(Manifest.Lost lost, JournalDamagedException damage) throws IOException {
        requireGivenUp(List.of(lost), damage);
        lose(List.of(lost));
    }

    private void lose(List<Manifest.Lost> ranges) throws IOException {
        for (Manifest.Lost lost : ranges) {
            if (!manifest.isLost(lost)) {
                givesUp = true;
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
