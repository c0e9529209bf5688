package io.stentor.engine.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.journal.ChronicleJournal;
import io.stentor.journal.JournalContext;
import io.stentor.journal.JournalReader;
import io.stentor.journal.KeeperWriter;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.transport.wire.AckLevel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JournalCommandTest {

    private static final int MESSAGES = 200;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final Object... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        final CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        final List<String> all = Stream.concat(
                        Stream.of("journal"), Stream.of(words).map(Object::toString))
                .toList();
        return command.execute(all.toArray(String[]::new));
    }

    private Path journal() {
        return directory.resolve("journal");
    }

    private DeliveryEngine launch() {
        return DeliveryEngine.launch(new EngineContext().directory(journal()));
    }

    private static void publish(final DeliveryEngine engine, final int first, final int last) throws Exception {
        final Publisher publisher = engine.newPublisher();
        for (int i = first; i <= last; i++) {
            publisher
                    .publish(new Message()
                            .topic(engine.topic("chat:" + i % 3))
                            .sender("alice")
                            .payload(("{\"number\":" + i + "}").getBytes(UTF_8))
                            .json(true)
                            .level(AckLevel.JOURNALED))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private void fill() throws Exception {
        try (DeliveryEngine engine = launch()) {
            publish(engine, 1, MESSAGES);
        }
    }

    private String recordsOf(final Path journal) {
        assertEquals(0, run("cat", journal, "--json"), err::toString);
        return out.toString();
    }

    private static Path segmentWith(final Path journal, final String text) throws IOException {
        try (Stream<Path> files = Files.walk(journal)) {
            for (final Path file :
                    files.filter(path -> path.toString().endsWith(".cq4")).toList()) {
                if (position(file, text) >= 0) {
                    return file;
                }
            }
        }
        throw new AssertionError("no segment holds " + text);
    }

    private static int position(final Path file, final String text) throws IOException {
        return new String(Files.readAllBytes(file), ISO_8859_1).indexOf(text);
    }

    @Test
    void shouldListSumUpAndPrintWhatIsThere() throws Exception {
        fill();
        assertEquals(0, run("ls", journal()), err::toString);
        assertTrue(out.toString().startsWith("1.."), out.toString());
        assertEquals(0, run("stat", journal(), "--json"), err::toString);
        assertTrue(out.toString().contains("\"MESSAGE\":200"), out.toString());
        assertTrue(out.toString().contains("\"CHAT\":200"), out.toString());
        assertTrue(out.toString().contains("\"inUse\":false"), out.toString());
        assertEquals(0, run("cat", journal(), "--topic", "chat:1", "--limit", "2", "--json"), err::toString);
        final List<String> lines = out.toString().lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).contains("\"topic\":\"chat:1\",\"offset\":1"), lines.get(0));
        assertTrue(lines.get(0).endsWith("\"sender\":\"alice\",\"data\":{\"number\":1}}"), lines.get(0));
        assertEquals(0, run("verify", journal()), err::toString);
        assertTrue(out.toString().startsWith("sound: "), out.toString());
    }

    @Test
    void shouldShowWhatIsKeptOfRemovedSegments() throws Exception {
        fill();
        fill();
        try (ChronicleJournal journal = ChronicleJournal.open(
                        new JournalContext().directory(journal()).groupId(1).errorHandler(e -> {}));
                KeeperWriter writer = journal.keeper().newWriter();
                JournalReader reader = journal.newReader()) {
            final long firstRetained = journal.segments().get(1).firstSequence();
            final RecordHandler handler = (buffer, offset, length) -> {
                if (RecordLayout.type(buffer, offset) == RecordType.MESSAGE) {
                    writer.add(buffer, offset, length);
                }
            };
            assertEquals(firstRetained - 1, reader.poll(handler, (int) firstRetained - 1));
            assertTrue(writer.finish());
            journal.trim(firstRetained, writer);
        }
        assertEquals(0, run("ls", journal()), err::toString);
        final String kept = out.toString().lines().toList().get(0);
        assertTrue(kept.contains("  200 records  ") && kept.endsWith(".kept  (kept)"), kept);
        assertEquals(0, run("stat", journal()), err::toString);
        assertTrue(out.toString().contains("kept      200 records of removed segments, "), out.toString());
        assertEquals(0, run("verify", journal()), err::toString);
        assertTrue(out.toString().strip().endsWith("; kept of removed segments: 200"), out.toString());
        assertEquals(0, run("cat", journal(), "--limit", "1", "--json"), err::toString);
        assertTrue(out.toString().strip().endsWith("\"data\":{\"number\":1}}"), out.toString());
    }

    @Test
    void shouldWorkWhileServerWritesIt() throws Exception {
        try (DeliveryEngine engine = launch()) {
            publish(engine, 1, MESSAGES);
            assertEquals(0, run("verify", journal()), () -> out + err.toString());
            assertEquals(0, run("stat", journal(), "--json"), err::toString);
            assertTrue(out.toString().contains("\"inUse\":true"), out.toString());
            assertEquals(0, run("backup", journal(), directory.resolve("backup")), err::toString);
            final String before = recordsOf(directory.resolve("backup"));
            publish(engine, MESSAGES + 1, 2 * MESSAGES);
            final String after = recordsOf(journal());
            assertTrue(after.startsWith(before) && after.length() > before.length());
        }
    }

    @Test
    void shouldRestoreTheSameRecordsAsAnotherLog() throws Exception {
        fill();
        final String records = recordsOf(journal());
        final Path backup = directory.resolve("backup");
        final Path restored = directory.resolve("restored");
        assertEquals(0, run("backup", journal(), backup), err::toString);
        assertEquals(0, run("restore", backup, restored), err::toString);
        assertEquals(records, recordsOf(restored));
        run("stat", journal(), "--json");
        final String epoch = out.toString().replaceAll(".*\"epoch\":\"([^\"]*)\".*\\s*", "$1");
        run("stat", restored, "--json");
        assertNotEquals(epoch, out.toString().replaceAll(".*\"epoch\":\"([^\"]*)\".*\\s*", "$1"));

        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().directory(restored))) {
            publish(engine, 1, 3);
        }
        assertTrue(recordsOf(restored).startsWith(records));
        assertEquals(1, run("restore", backup, restored));
        assertTrue(err.toString().contains("is not empty"), err.toString());
    }

    @Test
    void shouldNameTheFirstDamageAndCopyNothingOfIt() throws Exception {
        fill();
        final Path segment = segmentWith(journal(), "{\"number\":100}");
        final byte[] bytes = Files.readAllBytes(segment);
        bytes[position(segment, "{\"number\":100}") + 3] ^= 1;
        Files.write(segment, bytes);

        assertEquals(1, run("verify", journal()), out::toString);
        assertTrue(out.toString().startsWith("DAMAGED: "), out.toString());
        assertTrue(out.toString().contains(segment.toString()), out.toString());
        assertEquals(1, run("verify", journal(), "--json"));
        assertTrue(out.toString().contains("\"sound\":false"), out.toString());
        assertTrue(out.toString().contains("\"position\":"), out.toString());
        assertEquals(1, run("backup", journal(), directory.resolve("backup")));
        assertFalse(Files.exists(directory.resolve("backup/stentor.journal")));
        assertEquals(1, run("stat", directory.resolve("backup")));
    }

    @Test
    void shouldNameAFileThatHoldsOtherRecordsThanWereSealed() throws Exception {
        fill();
        final Path manifest = journal().resolve("manifest");
        final String line = Files.readString(manifest).lines().findFirst().orElseThrow();
        final String hash = line.replaceFirst(".* sha256=([0-9a-f]{64}) .*", "$1");
        final String other = line.replaceFirst(" crc32c=.*", "").replace(hash, "0".repeat(64));
        final CRC32C checksum = new CRC32C();
        checksum.update(other.getBytes(UTF_8));
        Files.writeString(manifest, String.format("%s crc32c=%08x%n", other, checksum.getValue()));

        assertEquals(1, run("verify", journal()), out::toString);
        final Path segment = segmentWith(journal(), "{\"number\":100}");
        assertTrue(
                out.toString().contains("not those that were sealed, lie in " + segment + " at byte 0, where record 1"),
                out.toString());
        Files.writeString(manifest, line + System.lineSeparator());
        assertEquals(0, run("verify", journal()), out::toString);
    }

    @Test
    void shouldSayWhatIsLostAndWhatWasGivenUp() throws Exception {
        fill();
        final Path segment = segmentWith(journal(), "{\"number\":100}");
        final byte[] bytes = Files.readAllBytes(segment);
        bytes[position(segment, "{\"number\":100}") + 3] ^= 1;
        Files.write(segment, bytes);
        assertEquals(1, run("verify", journal(), "--json"));
        final long lost = Long.parseLong(out.toString().replaceFirst("(?s).*\"lostFirstSequence\":(\\d+),.*", "$1"));
        assertTrue(out.toString().contains("\"lostLastSequence\":" + lost), out.toString());
        DeliveryEngine.launch(new EngineContext().directory(journal()).acceptLoss(lost, lost))
                .close();
        assertEquals(0, run("verify", journal()), out::toString);
        assertEquals(0, run("stat", journal()), err::toString);
        assertTrue(out.toString().contains("given up  " + lost + ".." + lost), out.toString());
        assertEquals(0, run("stat", journal(), "--json"), err::toString);
        assertTrue(out.toString().contains("\"losses\":1"), out.toString());
    }

    @Test
    void shouldExplainWrongUse() {
        assertEquals(1, run("ls", directory));
        assertTrue(err.toString().contains("is not a journal"), err.toString());
        assertEquals(2, run("cat"));
        assertEquals(2, run("cat", directory, "--from", "0"));
        assertEquals(2, run("lss"));
    }
}
