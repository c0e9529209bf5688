package io.stentor.journal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;

/**
 * A directory that this process owns: locked, of our format, on a disk of its own machine.
 *
 * <pre>
 *   directory/
 *     stentor.lock      the owner's process id; locked while it runs
 *     stentor.journal   identity: see {@link JournalIdentity}
 *     synced            how far the log is known to be forced: see {@link SyncMark}
 *     manifest          one line for each sealed segment: see {@link Manifest}
 *     keeper/           what still lives of segments that were removed: see {@link Keeper}
 *     quarantine/       files that were damaged
 *     log/
 *       run-0000000000000000001/    one for each start, named by the first sequence that it can hold
 *         metadata.cq4t             Chronicle's own table
 *         20261101-00F.cq4          a segment: one for each cycle
 * </pre>
 */
final class JournalDirectory implements AutoCloseable {
    private static final String LOG_NAME = "log";
    private static final String KEEPER_NAME = "keeper";
    private static final String QUARANTINE_NAME = "quarantine";
    private static final String RUN_PREFIX = "run-";
    private static final String SEGMENT_SUFFIX = SingleChronicleQueue.SUFFIX;

    /** Appended to the first sequence of a keeper's file. */
    static final String KEPT_SUFFIX = ".kept";

    /** Written anew, without what was damaged, it is named by the one that it replaces. */
    private static final Pattern KEPT_NAME = Pattern.compile("(\\d{19})(\\.\\d{19})*\\.kept");

    private static final Pattern RUN_NAME = Pattern.compile(RUN_PREFIX + "\\d{19}");

    /** What may lie in a directory that is not a journal yet: our own beginnings, and what mkfs leaves behind. */
    private static final Set<String> NOT_FOREIGN =
            Set.of(DirectoryLock.FILE_NAME, JournalIdentity.NEW_FILE_NAME, "lost+found");

    /** Their pages and locks do not keep the promises that a mapped file needs, whatever the rest of the name. */
    private static final Set<String> NETWORK_TYPES = Set.of(
            "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "afs");

    private final Path path;
    private final JournalIdentity identity;
    private final DirectoryLock lock;

    private JournalDirectory(Path path, JournalIdentity identity, DirectoryLock lock) {
        this.path = path;
        this.identity = identity;
        this.lock = lock;
    }

    /**
     * Makes the directory if need be and takes it.
     *
     * @throws JournalException naming the directory and why it cannot be used.
     */
    static JournalDirectory open(Path path, int groupId, FileForcer forcer) {
        try {
            Files.createDirectories(path);
            requireLocal(path);
            requireOurs(path);
            DirectoryLock lock = DirectoryLock.acquire(path);
            try {
                JournalIdentity identity = identify(path, groupId, forcer);
                return new JournalDirectory(path, identity, lock);
            } catch (Throwable e) {
                lock.close();
                throw e;
            }
        } catch (AccessDeniedException e) {
            throw new JournalException("journal directory " + path + " is not readable and writable", e);
        } catch (IOException e) {
            throw new JournalException("journal directory " + path + " cannot be opened: " + e.getMessage(), e);
        }
    }

    Path path() {
        return path;
    }

    /** Where the runs are. */
    Path log() {
        return logOf(path);
    }

    /** The runs, in order. */
    List<Path> runs() throws IOException {
        return runsIn(log());
    }

    /** Where the runs of a journal in a directory are. */
    static Path logOf(Path directory) {
        return directory.resolve(LOG_NAME);
    }

    /** Where the keeper of a journal in a directory has its files; there once it has had one. */
    static Path keeperOf(Path directory) {
        return directory.resolve(KEEPER_NAME);
    }

    /** The files of a keeper, in the order of their first records; none if it has no directory. */
    static List<Path> keptIn(Path keeper) throws IOException {
        return Files.isDirectory(keeper) ? list(keeper, KEPT_SUFFIX) : List.of();
    }

    /** The name of a keeper's file that begins with a record. */
    static String keptName(long firstSequence) {
        return String.format(Locale.ROOT, "%019d", firstSequence) + KEPT_SUFFIX;
    }

    /** The first record of a keeper's file, by its name. */
    static long firstSequenceOfKept(Path file) {
        Matcher name = KEPT_NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new JournalException(file + " is not of this journal");
        }
        return Long.parseLong(name.group(1));
    }

    /** The runs in a place, in order. */
    static List<Path> runsIn(Path log) throws IOException {
        List<Path> runs = list(log, "");
        for (Path run : runs) {
            if (!RUN_NAME.matcher(run.getFileName().toString()).matches()) {
                throw new JournalException(log + " holds " + run.getFileName() + ", which is not of this journal");
            }
        }
        return runs;
    }

    /** The segments of a run, in order. */
    static List<Path> segmentsOf(Path run) throws IOException {
        return list(run, SEGMENT_SUFFIX);
    }

    /** Where a run that begins with a sequence has its files; its name is durable, and nothing is there yet. */
    Path makeRun(long firstSequence, FileForcer forcer) throws IOException {
        // As many digits as the largest sequence has, so that names sort as sequences do.
        Path run = log().resolve(String.format(Locale.ROOT, RUN_PREFIX + "%019d", firstSequence));
        Files.createDirectory(run);
        forcer.forceDirectory(log());
        return run;
    }

    /** The first sequence that a run can hold. */
    static long firstSequenceOf(Path run) {
        return Long.parseLong(run.getFileName().toString().substring(RUN_PREFIX.length()));
    }

    /** Copies a damaged segment to where nothing reads it, durably; the first copy of a file stays. */
    Path quarantine(Path segment, FileForcer forcer) throws IOException {
        Path quarantine = path.resolve(QUARANTINE_NAME);
        Files.createDirectories(quarantine);
        Path kept = quarantine.resolve(segment.getParent().getFileName() + "-" + segment.getFileName());
        if (!Files.exists(kept)) {
            Path copy = kept.resolveSibling(kept.getFileName() + ".new");
            Files.copy(segment, copy, StandardCopyOption.REPLACE_EXISTING);
            forcer.forceFile(copy);
            Files.move(copy, kept, StandardCopyOption.ATOMIC_MOVE);
            forcer.forceDirectory(quarantine);
            forcer.forceDirectory(path);
        }
        return kept;
    }

    /** Removes a run that holds no record. */
    static void removeRun(Path run) throws IOException {
        for (Path file : list(run, "")) {
            Files.delete(file);
        }
        Files.delete(run);
    }

    private static List<Path> list(Path directory, String suffix) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(directory, "*" + suffix)) {
            entries.forEach(found::add);
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    JournalIdentity identity() {
        return identity;
    }

    FileStore fileStore() throws IOException {
        return Files.getFileStore(path);
    }

    @Override
    public void close() {
        lock.close();
    }

    private static JournalIdentity identify(Path path, int groupId, FileForcer forcer) throws IOException {
        if (!Files.exists(path.resolve(JournalIdentity.FILE_NAME))) {
            Files.createDirectories(path.resolve(LOG_NAME));
            JournalIdentity.draw(groupId).write(path);
            forcer.forceDirectory(path);
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                forcer.forceDirectory(parent);
            }
        }
        JournalIdentity identity = JournalIdentity.read(path);
        if (identity.groupId() != groupId) {
            throw new JournalException(
                    path + " belongs to groupId=" + identity.groupId() + ", not to groupId=" + groupId);
        }
        return identity;
    }

    private static void requireLocal(Path path) throws IOException {
        String type = Files.getFileStore(path).type().toLowerCase(Locale.ROOT);
        if (isNetwork(type)) {
            throw new JournalException("journal directory " + path + " is on a network file system (" + type
                    + "), which is not supported");
        }
    }

    static boolean isNetwork(String fileStoreType) {
        return NETWORK_TYPES.contains(fileStoreType);
    }

    private static void requireOurs(Path path) throws IOException {
        if (Files.exists(path.resolve(JournalIdentity.FILE_NAME))) {
            return;
        }
        try (var entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (!NOT_FOREIGN.contains(entry.getFileName().toString()) && !isEmptyLog(entry)) {
                    throw new JournalException(
                            "directory " + path + " is not a journal and not empty: it holds " + entry.getFileName());
                }
            }
        }
    }

    /** A process that was killed while it made the journal may have left this. */
    private static boolean isEmptyLog(Path entry) throws IOException {
        if (!entry.getFileName().toString().equals(LOG_NAME) || !Files.isDirectory(entry)) {
            return false;
        }
        try (var entries = Files.newDirectoryStream(entry)) {
            return !entries.iterator().hasNext();
        }
    }
}
