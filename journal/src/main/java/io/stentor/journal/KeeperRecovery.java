package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the files that the keeper had in earlier runs. Used once, by the thread that opens, once the log has its beginning.
 *
 * <pre>
 *   not finished                              -> deleted
 *   of what the log still has                 -> deleted: its trim was interrupted before it was done, or cannot be told
 *   not named, of what the log no longer has  -> walked and named: its line was lost, or its removal was interrupted
 *   named, as long as the manifest says       -> taken unread: its readers and the scrubber verify it
 *   named, of another length, or in what is given up -> walked
 *   damaged, what is lost was given up        -> kept in quarantine, written anew without it
 *   damaged or missing otherwise              -> refused
 * </pre>
 *
 * <p>What is given up here leaves no line: the topics that have lost a message are told by their offsets, which no longer
 * join, and by their heads, which checkpoints hold.
 */
final class KeeperRecovery {
    private static final Logger LOGGER = LoggerFactory.getLogger(KeeperRecovery.class);

    private final JournalContext context;
    private final JournalDirectory directory;
    private final FileForcer forcer;
    private final Manifest manifest;
    private final SegmentCursor cursor;
    private final Path keeper;
    private final List<KeptFile> taken = new ArrayList<>();
    private final List<Path> replaced = new ArrayList<>();
    private boolean isChanged;
    private boolean givesUp;

    KeeperRecovery(
            JournalContext context,
            JournalDirectory directory,
            FileForcer forcer,
            Manifest manifest,
            SegmentCursor cursor) {
        this.context = context;
        this.directory = directory;
        this.forcer = forcer;
        this.manifest = manifest;
        this.cursor = cursor;
        keeper = JournalDirectory.keeperOf(directory.path());
    }

    /**
     * Takes all files.
     *
     * @param logFirstSequence the first record that the log has, or would have next if it has none.
     * @return what there is, in order.
     * @throws JournalDamagedException if records are damaged or missing that the context does not give up.
     */
    List<KeptFile> run(long logFirstSequence) throws IOException {
        deleteUnfinished();
        for (Manifest.Kept known : manifest.kept()) {
            Path path = directory.path().resolve(known.file());
            if (known.firstSequence() >= logFirstSequence) {
                forget(path);
                replaced.add(path);
            } else {
                takeNamed(path, known);
            }
        }
        for (Path path : JournalDirectory.keptIn(keeper)) {
            boolean isUnknown = manifest.kept(Segment.nameOf(path)) == null && !replaced.contains(path);
            if (isUnknown && JournalDirectory.firstSequenceOfKept(path) >= logFirstSequence) {
                Trim.delete(path, forcer);
            } else if (isUnknown) {
                takeUnnamed(path);
            }
        }
        if (isChanged) {
            manifest.rewrite();
        }
        for (Path path : replaced) {
            Trim.delete(path, forcer);
        }
        taken.sort(Comparator.comparingLong(file -> file.segment.firstSequence));
        return taken;
    }

    /** Whether anything was given up. */
    boolean givesUp() {
        return givesUp;
    }

    private void deleteUnfinished() throws IOException {
        if (Files.isDirectory(keeper)) {
            try (var unfinished = Files.newDirectoryStream(keeper, "*.new")) {
                for (Path path : unfinished) {
                    Files.delete(path);
                }
            }
        }
    }

    private void takeNamed(Path path, Manifest.Kept known) throws IOException {
        boolean isThere = Files.exists(path);
        boolean isUnread = isThere
                && Files.size(path) == known.length()
                && !context.acceptsLossWithin(known.firstSequence(), known.lastSequence());
        if (isUnread) {
            taken.add(KeptFile.of(directory.path(), known));
        } else if (isThere) {
            KeptWalk walk = KeptWalk.walk(path, known.firstSequence(), cursor);
            JournalDamagedException damage = walk.damageOf(known);
            if (damage == null) {
                taken.add(KeptFile.of(directory.path(), known));
            } else {
                replace(path, known.firstSequence(), damage);
            }
        } else {
            requireGivenUp(KeptWalk.missing(path, known));
            forget(path);
        }
    }

    private void takeUnnamed(Path path) throws IOException {
        long firstSequence = JournalDirectory.firstSequenceOfKept(path);
        KeptWalk walk = KeptWalk.walk(path, firstSequence, cursor);
        if (walk.damage() != null) {
            replace(path, firstSequence, walk.damage());
        } else if (walk.count() > 0) {
            LOGGER.warn("{} is in no line of the manifest, and is taken as it is", path);
            take(walk.line());
        }
    }

    /** Writes what is sound to a file of its own, in place of the damaged one, if what is lost may be. */
    private void replace(Path path, long firstSequence, JournalDamagedException damage) throws IOException {
        requireGivenUp(damage);
        Path kept = directory.quarantine(path, forcer);
        LOGGER.warn("{}; the file is kept as {}", damage.getMessage(), kept);
        String name = path.getFileName().toString().replace(JournalDirectory.KEPT_SUFFIX, "")
                + String.format(Locale.ROOT, ".%019d", firstSequence)
                + JournalDirectory.KEPT_SUFFIX;
        try (KeeperWriter writer = new KeeperWriter(directory.path(), forcer, name)) {
            SegmentWalk.walkKept(path, cursor, firstSequence, writer::add);
            cursor.close();
            if (writer.finish()) {
                take(writer.line());
                writer.take();
            }
        }
        forget(path);
        replaced.add(path);
    }

    private void take(Manifest.Kept line) {
        manifest.keep(line);
        taken.add(KeptFile.of(directory.path(), line));
        isChanged = true;
    }

    private void forget(Path path) {
        manifest.forget(Segment.nameOf(path));
        isChanged = true;
    }

    /** Throws unless the context gives up exactly what is lost, if anything is. */
    private void requireGivenUp(JournalDamagedException damage) {
        if (damage.lostFirstSequence() == 0) {
            return;
        }
        if (!context.acceptsLoss(damage.lostFirstSequence(), damage.lostLastSequence())) {
            throw damage;
        }
        givesUp = true;
        LOGGER.warn("kept records {}..{} are given up", damage.lostFirstSequence(), damage.lostLastSequence());
    }
}
