package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random logs, cut, sealed, trimmed and opened again at random points: the index answers what a naive model does. */
class TopicIndexModelTest {
    private static final int STEPS = 120;

    private final List<Throwable> errors = new ArrayList<>();
    private final List<Long> given = new ArrayList<>();

    @TempDir
    Path directory;

    private CutJournal journal;
    private TopicIndex index;

    private void openIndex(long othersAfter) {
        index = TopicIndex.open(
                journal,
                othersAfter,
                (buffer, offset, length) -> given.add(RecordLayout.sequence(buffer, offset)),
                errors::add);
    }

    private void indexAll() {
        while (index.poll(37) > 0) {
            assertTrue(index.indexedSequence() <= journal.lastSequence());
        }
    }

    private void writeAll() throws Exception {
        Agent agent = index.writeAgent();
        while (agent.doWork() > 0) {
            index.poll(1);
        }
        index.poll(1);
    }

    private long files() throws Exception {
        try (var files = Files.list(directory)) {
            return files.count();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void shouldAnswerAsTheModelDoes(int seed) throws Exception {
        Random random = new Random(seed);
        journal = new CutJournal(directory, errors::add);
        ModelIndex model = new ModelIndex(journal, random);
        openIndex(0);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(12)) {
                case 0, 1 -> journal.cut();
                case 2, 3 -> journal.seal();
                case 4, 5 -> writeAll();
                case 6 -> {
                    index.close();
                    openIndex(random.nextLong(journal.lastSequence() + 1));
                }
                case 7 -> {
                    if (random.nextInt(4) == 0) {
                        indexAll();
                        journal.trim();
                        index.poll(0);
                        model.trim();
                    }
                }
                default -> model.append(1 + random.nextInt(400));
            }
            model.append(1);
            indexAll();
            model.compare(index, step % 20 == 0);
        }
        index.close();
        openIndex(0);
        indexAll();
        model.compare(index, true);
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldReadOnlyWhatIsNotSealed() throws Exception {
        journal = new CutJournal(directory, errors::add);
        ModelIndex model = new ModelIndex(journal, new Random(5));
        openIndex(0);
        for (int segment = 0; segment < 3; segment++) {
            model.append(1_000);
            journal.cut();
        }
        model.append(10);
        journal.seal();
        indexAll();
        writeAll();
        assertEquals(3, files());
        index.close();

        openIndex(journal.lastSequence());
        assertEquals(10, index.poll(100));
        model.compare(index, true);
        index.close();

        Files.delete(directory.resolve("1001.index"));
        openIndex(journal.lastSequence());
        assertEquals(10, index.poll(100));
        model.compare(index, true);
        writeAll();
        assertEquals(3, files());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldGiveTheOthersWhatTheyHaveNot() {
        journal = new CutJournal(directory, errors::add);
        for (int i = 0; i < 10; i++) {
            journal.append(RecordType.TICK, 1, 0, 0);
            journal.append(RecordType.MESSAGE, 1, 7, i + 1);
        }
        openIndex(12);
        indexAll();
        assertEquals(List.of(13L, 15L, 17L, 19L), given);
        assertEquals(10, index.headOffset(7));
    }

    @Test
    void shouldDropTheFilesOfSegmentsThatVanish() throws Exception {
        journal = new CutJournal(directory, errors::add);
        ModelIndex model = new ModelIndex(journal, new Random(6));
        openIndex(0);
        model.append(500);
        journal.cut();
        model.append(500);
        journal.cut();
        model.append(500);
        journal.seal();
        indexAll();
        writeAll();
        assertTrue(Files.exists(directory.resolve("1.index")));

        journal.trim();
        model.trim();
        index.poll(0);
        assertFalse(Files.exists(directory.resolve("1.index")));
        assertTrue(Files.exists(directory.resolve("501.index")));
        model.compare(index, true);
    }

    @Test
    void shouldKeepInMemoryWhatCannotBeWritten() throws Exception {
        journal = new CutJournal(directory.resolve("missing"), errors::add);
        ModelIndex model = new ModelIndex(journal, new Random(7));
        openIndex(0);
        model.append(500);
        journal.cut();
        model.append(1);
        journal.seal();
        indexAll();
        writeAll();
        assertEquals(1, errors.size());
        model.compare(index, true);
    }
}
