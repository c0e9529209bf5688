package io.stentor.engine.tier;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.stentor.journal.JournalFiles;
import io.stentor.journal.ScanListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Looks at a journal's files from outside, closely enough to see something happen while it does. */
final class JournalWatch {

    /** Rolls, forces and renames take hundreds of microseconds at least. */
    private static final long LOOK_NS = 100_000;

    private static final Duration LIMIT = Await.SOON.multipliedBy(2);

    /** Where the header of a checkpoint has these: see the journal's FORMAT.md. */
    private static final int CHECKPOINT_SEQUENCE_OFFSET = 24;

    private static final int CHECKPOINT_ENTRIES_OFFSET = 48;
    private static final List<String> NAMES = List.of("sequencing", "directories");

    private final Path data;

    JournalWatch(final Path data) {
        this.data = data;
    }

    /** Returns within a moment of a file being begun. */
    void awaitRoll() {
        final long before = segments();
        await("a roll", () -> segments() > before);
    }

    /** Returns while a checkpoint is being written, or within a moment of its being in its place. */
    void awaitCheckpoint() {
        final long before = checkpointSequence();
        await("a checkpoint", () -> count("checkpoints", ".ckpt.new") > 0 || checkpointSequence() > before);
    }

    /** Returns so many microseconds after the log was seen to begin with another record than before. */
    void awaitTrim(final int micros) {
        final long before = firstRetained();
        await("a trim", () -> firstRetained() > before);
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
    }

    /** Returns when a process that has been started has taken the journal, and is about to recover it. */
    void awaitOwner(final long pid) {
        await("the owner " + pid, () -> owner().equals(Long.toString(pid)));
    }

    /** How many records a start replays: what lies behind the older of the newest checkpoints of each state. */
    long recordsToReplay() {
        return JournalFiles.of(data).scan(new ScanListener() {}) - checkpointSequence();
    }

    /** How many entries the larger state had: what it takes as many records to change. */
    long entries() {
        long entries = 0;
        for (final String name : NAMES) {
            entries = Math.max(entries, numberIn(name + "-a.ckpt", CHECKPOINT_ENTRIES_OFFSET));
            entries = Math.max(entries, numberIn(name + "-b.ckpt", CHECKPOINT_ENTRIES_OFFSET));
        }
        return entries;
    }

    /** How many files a start walks: those that the manifest does not name. */
    long filesToWalk() {
        try (Stream<String> lines = Files.lines(data.resolve("manifest"))) {
            return segments() - lines.filter(line -> line.startsWith("sealed ")).count();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private long firstRetained() {
        try (Stream<String> lines = Files.lines(data.resolve("manifest"))) {
            return lines.filter(line -> line.startsWith("trim first="))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("trim first=(\\d+) .*", "$1")))
                    .findAny()
                    .orElse(1);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private long checkpointSequence() {
        return NAMES.stream().mapToLong(this::newest).min().orElseThrow();
    }

    private long newest(final String name) {
        return Math.max(
                numberIn(name + "-a.ckpt", CHECKPOINT_SEQUENCE_OFFSET),
                numberIn(name + "-b.ckpt", CHECKPOINT_SEQUENCE_OFFSET));
    }

    private long numberIn(final String name, final int offset) {
        final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(data.resolve("checkpoints").resolve(name), StandardOpenOption.READ)) {
            return file.read(number, offset) < Long.BYTES ? 0 : number.getLong(0);
        } catch (final NoSuchFileException ex) {
            return 0;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private long segments() {
        return count("log", ".cq4");
    }

    private long count(final String directory, final String suffix) {
        try (Stream<Path> files = Files.walk(data.resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(suffix)).count();
        } catch (final IOException | UncheckedIOException ex) {
            // A file went while it was looked at.
            return 0;
        }
    }

    private String owner() {
        try {
            return Files.readString(data.resolve("stentor.lock"), US_ASCII).strip();
        } catch (final IOException ex) {
            return "";
        }
    }

    private static void await(final String what, final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > LIMIT.toNanos()) {
                throw new AssertionError("there was never " + what);
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }
}
