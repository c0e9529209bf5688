package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WrittenPagesTest {
    /** 8 MiB and more: records have 402 bytes on average. */
    private static final int RECORDS = 25_000;

    /** 200 KiB, of which no step of 512 KiB would forget any. */
    private static final int AWAITED_RECORDS = 500;

    @TempDir
    Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldKeepNoMoreThanTwoStepsOfDirtyPagesMapped() throws IOException {
        try (ChronicleJournal journal =
                ChronicleJournal.open(new JournalContext().directory(directory).errorHandler(e -> {}))) {
            Records.appendEach(journal.appender(), 1, RECORDS);
            journal.appender().commit();
            long dirtyBytes = mappedDirtyBytes();
            assertTrue(dirtyBytes < 1 << 20, dirtyBytes + " dirty bytes are mapped");

            try (JournalReader reader = journal.newReader()) {
                assertEquals(ReadBack.range(1, RECORDS), ReadBack.all(reader));
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldKeepFewPagesMappedWhileForcesAreAskedFor() throws IOException {
        try (ChronicleJournal journal =
                ChronicleJournal.open(new JournalContext().directory(directory).errorHandler(e -> {}))) {
            Records.appendEach(journal.appender(), 1, AWAITED_RECORDS);
            journal.appender().commit();
            journal.requestForce(AWAITED_RECORDS);
            Records.appendEach(journal.appender(), AWAITED_RECORDS + 1, 2 * AWAITED_RECORDS);
            journal.appender().commit();
            long dirtyBytes = mappedDirtyBytes();
            assertTrue(dirtyBytes < 128 << 10, dirtyBytes + " dirty bytes are mapped");

            try (JournalReader reader = journal.newReader()) {
                assertEquals(ReadBack.range(1, 2 * AWAITED_RECORDS), ReadBack.all(reader));
            }
        }
    }

    /** What this process maps of the journal's files and has written to, by the kernel's account. */
    private long mappedDirtyBytes() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        boolean isOurs = false;
        long kib = 0;
        for (String line : lines) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                isOurs = line.contains(directory.toString()) && line.endsWith(".cq4");
            } else if (isOurs && line.matches("(Shared|Private)_Dirty:.*")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib << 10;
    }
}
