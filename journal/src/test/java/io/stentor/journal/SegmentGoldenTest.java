package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of version 1: one segment, its manifest, its identity and its mark. */
class SegmentGoldenTest {
    private static final int RECORDS = 40;
    private static final int BATCH = 9;
    private static final String SEGMENT = "log/run-0000000000000000001/20261101-00F.cq4";

    @TempDir
    Path directory;

    private Path golden;

    @BeforeEach
    void unpack() throws IOException {
        golden = directory.resolve("golden");
        Files.createDirectories(golden.resolve(SEGMENT).getParent());
        Files.write(golden.resolve(SEGMENT), new GZIPInputStream(open("segment-v1.bin.gz")).readAllBytes());
        Files.write(golden.resolve(Manifest.FILE_NAME), resource("manifest-v1.txt"));
        Files.write(golden.resolve(JournalIdentity.FILE_NAME), resource("identity-v1.bin"));
        Files.write(golden.resolve(SyncMark.FILE_NAME), resource("mark-v1.bin"));
    }

    private static InputStream open(String name) {
        return SegmentGoldenTest.class.getResourceAsStream(name);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream golden = open(name)) {
            return golden.readAllBytes();
        }
    }

    private static JournalContext context(Path path) {
        return new JournalContext()
                .directory(path)
                .diskReserveBytes(JournalContext.DISK_RESERVE_FLOOR_BYTES)
                .errorHandler(e -> {});
    }

    /** Writes the journal that the files are of; what Chronicle adds to a segment varies, the records do not. */
    private static void write(Path path) {
        try (ChronicleJournal journal = ChronicleJournal.open(context(path))) {
            MutableDirectBuffer buffer = Records.buffer();
            for (long sequence = 1; sequence <= RECORDS; sequence++) {
                int length = Records.write(buffer, sequence, Records.bodyLength(sequence), Records.START_NS + sequence);
                journal.appender().append(buffer, 0, length);
                if (sequence % BATCH == 0 || sequence == RECORDS) {
                    journal.appender().commit();
                }
            }
        }
    }

    @Test
    void shouldReadWhatWasWritten() throws IOException {
        assertEquals(RECORDS, SyncMark.read(golden, JournalIdentity.read(golden).logId()));
        try (ChronicleJournal journal = ChronicleJournal.open(context(golden));
                JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, RECORDS), ReadBack.all(reader));
            assertEquals(List.of(new SegmentInfo(golden.resolve(SEGMENT), 1, RECORDS, true)), journal.segments());
            assertEquals(0, journal.tornTailCount());
        }
    }

    @Test
    void shouldReadTheSegmentWithoutItsManifest() throws IOException {
        byte[] manifest = Files.readAllBytes(golden.resolve(Manifest.FILE_NAME));
        Files.delete(golden.resolve(Manifest.FILE_NAME));
        ChronicleJournal.open(context(golden)).close();
        assertArrayEquals(manifest, Files.readAllBytes(golden.resolve(Manifest.FILE_NAME)));
    }

    @Test
    void shouldWriteTheSame() throws IOException {
        Path written = directory.resolve("written");
        write(written);
        assertEquals(
                Files.readString(golden.resolve(Manifest.FILE_NAME)),
                Files.readString(written.resolve(Manifest.FILE_NAME)));
        FileLayout expected = FileLayout.of(golden.resolve(SEGMENT));
        FileLayout found = FileLayout.of(written.resolve(SEGMENT));
        assertEquals(expected.documents, found.documents);
        assertEquals(expected.records, found.records);

        JournalIdentity identity = JournalIdentity.read(golden);
        identity.write(written);
        try (ChannelForcer forcer = new ChannelForcer()) {
            SyncMark.make(written, identity.logId(), RECORDS, forcer).close();
        }
        for (String file : List.of(JournalIdentity.FILE_NAME, SyncMark.FILE_NAME)) {
            assertArrayEquals(
                    Files.readAllBytes(golden.resolve(file)), Files.readAllBytes(written.resolve(file)), file);
        }
    }
}
