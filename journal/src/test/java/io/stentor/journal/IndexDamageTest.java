package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Index files that are damaged in every way: no answer changes, and the file is built again as it was. */
class IndexDamageTest {
    private static final int FLIPS = 60;
    private static final int SEGMENTS = 3;
    private static final int RECORDS = 900;

    private enum Damage {
        FLIPPED_BIT,
        ZEROED_BLOCK,
        EXCHANGED_BLOCKS,
        REPEATED_BLOCK,
        TRUNCATED,
        LENGTHENED,
        EMPTIED,
        OF_ANOTHER_SEGMENT
    }

    private final List<Throwable> errors = new ArrayList<>();
    private final Random random = new Random(4711);
    private final List<Path> files = new ArrayList<>();
    private final List<byte[]> sound = new ArrayList<>();

    @TempDir
    Path directory;

    private CutJournal journal;
    private ModelIndex model;

    @BeforeEach
    void writeFiles() throws Exception {
        journal = new CutJournal(directory, errors::add);
        model = new ModelIndex(journal, random);
        for (int segment = 0; segment < SEGMENTS; segment++) {
            model.append(RECORDS);
            journal.cut();
        }
        model.append(5);
        journal.seal();
        try (TopicIndex index = openIndex()) {
            writeAll(index);
        }
        for (SegmentInfo segment : journal.segments().subList(0, SEGMENTS)) {
            Path file = IndexParts.fileOf(segment.path());
            files.add(file);
            sound.add(Files.readAllBytes(file));
        }
        assertEquals(List.of(), errors);
    }

    private TopicIndex openIndex() {
        TopicIndex index =
                TopicIndex.open(journal, journal.lastSequence(), (buffer, offset, length) -> {}, errors::add);
        while (index.poll(100) > 0) {
            assertEquals(true, index.indexedSequence() > 0);
        }
        return index;
    }

    private void writeAll(TopicIndex index) throws Exception {
        Agent agent = index.writeAgent();
        while (agent.doWork() > 0) {
            index.poll(1);
        }
        index.poll(1);
    }

    private void requireRebuilt(TopicIndex index, int file) throws Exception {
        assertEquals(1, errors.size(), () -> "reports: " + errors);
        writeAll(index);
        assertArrayEquals(sound.get(file), Files.readAllBytes(files.get(file)));
        errors.clear();
    }

    private byte[] damaged(Damage damage, int file) {
        byte[] bytes = sound.get(file).clone();
        int blocks = bytes.length / IndexLayout.BLOCK_LENGTH;
        int block = random.nextInt(blocks);
        int other = (block + 1 + random.nextInt(blocks - 1)) % blocks;
        byte[] content = block(bytes, block);
        switch (damage) {
            case FLIPPED_BIT -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case ZEROED_BLOCK -> put(bytes, block, new byte[IndexLayout.BLOCK_LENGTH]);
            case EXCHANGED_BLOCKS -> {
                put(bytes, block, block(bytes, other));
                put(bytes, other, content);
            }
            case REPEATED_BLOCK -> put(bytes, other, content);
            case TRUNCATED -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case LENGTHENED -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(10_000));
            case EMPTIED -> bytes = new byte[0];
            case OF_ANOTHER_SEGMENT -> bytes = sound.get((file + 1) % SEGMENTS);
        }
        return bytes;
    }

    private static byte[] block(byte[] bytes, int block) {
        int start = block * IndexLayout.BLOCK_LENGTH;
        return Arrays.copyOfRange(bytes, start, start + IndexLayout.BLOCK_LENGTH);
    }

    private static void put(byte[] bytes, int block, byte[] content) {
        System.arraycopy(content, 0, bytes, block * IndexLayout.BLOCK_LENGTH, IndexLayout.BLOCK_LENGTH);
    }

    /** Writes in place, as a failing device would: whoever has mapped the file sees it. */
    private static void overwrite(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), 0);
            channel.truncate(bytes.length);
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldRebuildWhatWasDamagedAtRest(Damage damage) throws Exception {
        int trials = damage == Damage.FLIPPED_BIT ? 4 * FLIPS : FLIPS / 4;
        for (int trial = 0; trial < trials; trial++) {
            int file = random.nextInt(SEGMENTS);
            Files.write(files.get(file), damaged(damage, file));
            try (TopicIndex index = openIndex()) {
                model.compare(index, true);
                requireRebuilt(index, file);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Damage.class,
            names = {"LENGTHENED"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldRebuildWhatIsDamagedWhileItServes(Damage damage) throws Exception {
        for (int trial = 0; trial < FLIPS / 4; trial++) {
            int file = random.nextInt(SEGMENTS);
            byte[] bytes = damaged(damage, file);
            try (TopicIndex index = openIndex()) {
                // One question maps the file; what is kept of it must not hide the damage for ever.
                index.headOffset(1 + random.nextInt(50));
                overwrite(files.get(file), bytes);
                model.compare(index, true);
            }
            errors.clear();
            Files.write(files.get(file), sound.get(file));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldRebuildWhatARecordRefutes(int file) throws Exception {
        try (TopicIndex index = openIndex()) {
            long sequence = journal.segments().get(file).firstSequence() + 3;
            index.refute(sequence);
            model.compare(index, true);
            requireRebuilt(index, file);
        }
    }

    @Test
    void shouldFailWhenARecordRefutesTheMemory() {
        try (TopicIndex index = openIndex()) {
            assertThrows(JournalException.class, () -> index.refute(journal.lastSequence()));
        }
    }
}
