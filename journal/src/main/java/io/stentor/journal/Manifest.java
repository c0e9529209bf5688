package io.stentor.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known for good about the log, as lines of text, each with its own checksum: one for each sealed segment, one for
 * each stretch of records that an operator has given up, one that says where the log begins once its oldest segments
 * were removed, and one for each file of the keeper, which has what still lives of them.
 *
 * <pre>
 *   sealed file=RUN/FILE bytes=N first=SEQUENCE last=SEQUENCE count=N sha256=HEX crc32c=HEX
 *   lost first=SEQUENCE last=SEQUENCE end=SEQUENCE crc32c=HEX
 *   trim first=SEQUENCE crc32c=HEX
 *   kept file=keeper/FILE bytes=N first=SEQUENCE last=SEQUENCE count=N sha256=HEX crc32c=HEX
 * </pre>
 *
 * <p>A line is forced before anything relies on it. A line that does not verify is as if it were not there: its segment is
 * walked and sealed again. Any thread: the one that opens, then the sealing agent's, and whoever trims.
 */
final class Manifest {
    static final String FILE_NAME = "manifest";
    private static final String NEW_FILE_NAME = "manifest.new";
    private static final Logger LOGGER = LoggerFactory.getLogger(Manifest.class);
    private static final Pattern CHECKED = Pattern.compile("(.*) crc32c=([0-9a-f]{8})");
    private static final Pattern SEALED = Pattern.compile(
            "sealed file=(run-\\d{19}/[^ /]+) bytes=(\\d+) first=(\\d+) last=(\\d+) count=(\\d+) sha256=([0-9a-f]{64})");
    private static final Pattern KEPT = Pattern.compile(
            "kept file=(keeper/[^ /]+) bytes=(\\d+) first=(\\d+) last=(\\d+) count=(\\d+) sha256=([0-9a-f]{64})");
    private static final Pattern LOST = Pattern.compile("lost first=(\\d+) last=(\\d+) end=(\\d+)");
    private static final Pattern TRIM = Pattern.compile("trim first=(\\d+)");

    /**
     * A sealed segment.
     *
     * @param file its run and name.
     * @param length in bytes.
     * @param firstSequence its first record.
     * @param lastSequence its last record.
     * @param sha256 of the bytes of all its records, without padding, in hexadecimal digits.
     */
    record Sealed(String file, long length, long firstSequence, long lastSequence, String sha256) {
        String text() {
            return "sealed file=" + file + " bytes=" + length + " first=" + firstSequence + " last=" + lastSequence
                    + " count=" + (lastSequence - firstSequence + 1) + " sha256=" + sha256;
        }
    }

    /**
     * A file of the keeper.
     *
     * @param file the keeper's directory and its name.
     * @param length in bytes.
     * @param firstSequence its first record.
     * @param lastSequence its last record.
     * @param count how many records it has.
     * @param sha256 of the bytes of all its records, without padding, in hexadecimal digits.
     */
    record Kept(String file, long length, long firstSequence, long lastSequence, long count, String sha256) {
        String text() {
            return "kept file=" + file + " bytes=" + length + " first=" + firstSequence + " last=" + lastSequence
                    + " count=" + count + " sha256=" + sha256;
        }
    }

    /** Records that are not there. */
    record Lost(long firstSequence, long lastSequence) {}

    /** {@link GivenUp#endSequence} while the open that gives up has not come to the end. */
    private static final long END_UNKNOWN = 0;

    private final Path file;
    private final FileForcer forcer;
    private final Map<String, Sealed> sealed = new LinkedHashMap<>();
    private final Map<String, Kept> kept = new TreeMap<>();
    private final List<GivenUp> givenUp = new ArrayList<>();
    private long firstRetained = 1;
    private boolean isWhole = true;
    private boolean endsWithinLine;

    private Manifest(Path file, FileForcer forcer) {
        this.file = file;
        this.forcer = forcer;
    }

    /**
     * Reads the manifest of a journal.
     *
     * @param isNew whether the journal has nothing yet, so that there need not be one.
     */
    static Manifest read(Path directory, FileForcer forcer, boolean isNew) throws IOException {
        Manifest manifest = new Manifest(directory.resolve(FILE_NAME), forcer);
        if (Files.exists(manifest.file)) {
            manifest.parse(Files.readString(manifest.file, ISO_8859_1));
        } else if (isNew) {
            manifest.rewrite();
        } else {
            LOGGER.warn("{} is missing: every file of the log is walked and sealed again", manifest.file);
            manifest.isWhole = false;
        }
        return manifest;
    }

    /** Whether every line was there and sound when it was read. */
    synchronized boolean isWhole() {
        return isWhole;
    }

    /** What is known of a file, given as run and name; null if nothing. */
    synchronized Sealed sealed(String name) {
        return sealed.get(name);
    }

    /** All sealed segments, in the order in which they were sealed. */
    synchronized List<Sealed> sealed() {
        return List.copyOf(sealed.values());
    }

    /** What is known of a file of the keeper, given as its directory and name; null if nothing. */
    synchronized Kept kept(String name) {
        return kept.get(name);
    }

    /** All files of the keeper, in the order of their first records. */
    synchronized List<Kept> kept() {
        return List.copyOf(kept.values());
    }

    /** The hash of the records of a sealed segment or of a file of the keeper; null if nothing is known of it. */
    synchronized String sha256(String name) {
        Sealed segment = sealed.get(name);
        Kept file = kept.get(name);
        return segment != null ? segment.sha256() : file != null ? file.sha256() : null;
    }

    /** Whether exactly these records were given up and have no successors of the same sequences. */
    synchronized boolean isLost(Lost range) {
        return givenUp.stream()
                .anyMatch(known -> known.firstSequence() == range.firstSequence()
                        && known.lastSequence() == range.lastSequence()
                        && (known.endSequence() == END_UNKNOWN || known.endSequence() >= range.lastSequence()));
    }

    /** All records that were given up, in the order in which they were. */
    synchronized List<GivenUp> givenUp() {
        return List.copyOf(givenUp);
    }

    synchronized void add(Sealed segment) throws IOException {
        append(segment.text());
        sealed.put(segment.file(), segment);
    }

    /** Gives records up, by an open that has not come to the end of the log. */
    synchronized void add(Lost range) throws IOException {
        add(new GivenUp(range.firstSequence(), range.lastSequence(), END_UNKNOWN));
    }

    synchronized void add(GivenUp range) throws IOException {
        append(textOf(range));
        givenUp.add(range);
    }

    /** Forgets a file that is gone, with all its records given up; {@link #rewrite} makes it so on the disk. */
    synchronized void forget(String name) {
        sealed.remove(name);
        kept.remove(name);
    }

    /** Takes note of a file of the keeper; {@link #rewrite} makes it so on the disk. */
    synchronized void keep(Kept file) {
        kept.put(file.file(), file);
    }

    /** The log has its end: takes note of it with what was given up on the way, if anything was. */
    synchronized void settle(long endSequence) throws IOException {
        if (givenUp.stream().anyMatch(known -> known.endSequence() == END_UNKNOWN)) {
            givenUp.replaceAll(known -> known.endSequence() == END_UNKNOWN
                    ? new GivenUp(known.firstSequence(), known.lastSequence(), endSequence)
                    : known);
            rewrite();
        }
    }

    /** The first record that the log still holds: what lies before it was removed, or will be. 1 if nothing was. */
    synchronized long firstRetained() {
        return firstRetained;
    }

    /**
     * Whether a file, given as run and name, lies before the first record that is retained: it may be there still if the
     * process that removed it was killed.
     */
    synchronized boolean isTrimmed(String name) {
        // Names sort as records do, and what is retained begins with a sealed segment.
        return sealed.values().stream()
                .anyMatch(segment -> segment.firstSequence() == firstRetained
                        && firstRetained > 1
                        && name.compareTo(segment.file()) < 0);
    }

    /**
     * Lets the log begin with a sealed segment, whole or not at all: what is known of those before it is dropped, but for
     * what is kept of them.
     *
     * @param sequence the segment's first record.
     * @param living what is kept, null if nothing is.
     */
    synchronized void trim(long sequence, Kept living) throws IOException {
        begin(sequence);
        if (living != null) {
            keep(living);
        }
        rewrite();
    }

    /** Drops a file of the keeper, whole or not at all. */
    synchronized void drop(String name) throws IOException {
        kept.remove(name);
        rewrite();
    }

    /** Replaces the file by one that holds the sound lines only, whole or not at all. */
    synchronized void rewrite() throws IOException {
        StringBuilder lines = new StringBuilder();
        if (firstRetained > 1) {
            lines.append(line("trim first=" + firstRetained));
        }
        kept.values().forEach(file -> lines.append(line(file.text())));
        givenUp.forEach(range -> lines.append(line(textOf(range))));
        sealed.values().forEach(segment -> lines.append(line(segment.text())));
        Path written = file.resolveSibling(NEW_FILE_NAME);
        Files.writeString(written, lines, US_ASCII);
        forcer.forceFile(written);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        forcer.forceDirectory(file.getParent());
        endsWithinLine = false;
        isWhole = true;
    }

    private void append(String text) throws IOException {
        String line = (endsWithinLine ? "\n" : "") + line(text);
        endsWithinLine = false;
        boolean isMade = !Files.exists(file);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        forcer.forceFile(file);
        if (isMade) {
            forcer.forceDirectory(file.getParent());
        }
    }

    private static String textOf(GivenUp range) {
        return "lost first=" + range.firstSequence() + " last=" + range.lastSequence() + " end=" + range.endSequence();
    }

    private static String line(String text) {
        return text + " crc32c=" + checksum(text) + "\n";
    }

    private static String checksum(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        return String.format("%08x", RecordChecksum.compute(new UnsafeBuffer(bytes), 0, bytes.length));
    }

    private void parse(String content) {
        endsWithinLine = !content.isEmpty() && !content.endsWith("\n");
        int number = 0;
        for (String line : content.split("\n")) {
            number++;
            if (!line.isEmpty() && !isTaken(line)) {
                LOGGER.warn("line {} of {} is damaged: what it names is walked and sealed again", number, file);
                isWhole = false;
            }
        }
    }

    private boolean isTaken(String line) {
        Matcher checked = CHECKED.matcher(line);
        if (!checked.matches() || !checksum(checked.group(1)).equals(checked.group(2))) {
            return false;
        }
        Matcher segment = SEALED.matcher(checked.group(1));
        if (segment.matches()) {
            Sealed known = new Sealed(
                    segment.group(1),
                    Long.parseLong(segment.group(2)),
                    Long.parseLong(segment.group(3)),
                    Long.parseLong(segment.group(4)),
                    segment.group(6));
            sealed.put(known.file(), known);
            return true;
        }
        Matcher range = LOST.matcher(checked.group(1));
        if (range.matches()) {
            givenUp.add(new GivenUp(
                    Long.parseLong(range.group(1)), Long.parseLong(range.group(2)), Long.parseLong(range.group(3))));
            return true;
        }
        Matcher trim = TRIM.matcher(checked.group(1));
        if (trim.matches()) {
            begin(Long.parseLong(trim.group(1)));
            return true;
        }
        return isKeptTaken(checked.group(1));
    }

    private boolean isKeptTaken(String text) {
        Matcher file = KEPT.matcher(text);
        if (file.matches()) {
            keep(new Kept(
                    file.group(1),
                    Long.parseLong(file.group(2)),
                    Long.parseLong(file.group(3)),
                    Long.parseLong(file.group(4)),
                    Long.parseLong(file.group(5)),
                    file.group(6)));
        }
        return file.matches();
    }

    private void begin(long sequence) {
        firstRetained = sequence;
        sealed.values().removeIf(segment -> segment.lastSequence() < sequence);
        givenUp.removeIf(range -> range.lastSequence() < sequence);
    }
}
