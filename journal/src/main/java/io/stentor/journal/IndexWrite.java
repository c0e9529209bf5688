package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The writing of one index file, in steps of bounded work but for the force at the end.
 *
 * <pre>
 *   TERMS -> HEAP:     the terms are written
 *   HEAP -> SORT:      the entries are a heap by topic id
 *   SORT -> GROUPS:    they are in order
 *   GROUPS -> SKIPS:   the groups of all long topics are written
 *   SKIPS -> TOPICS:   where each group is, is written
 *   TOPICS -> DONE:    all is written and forced, and the file has its name
 * </pre>
 *
 * <p>Belongs to the thread that steps; reads frozen postings only.
 */
final class IndexWrite implements AutoCloseable {
    /** Topics or groups per step: about 0.3 ms. */
    private static final int STEP_LENGTH = 512;

    private enum Stage {
        TERMS,
        HEAP,
        SORT,
        GROUPS,
        SKIPS,
        TOPICS,
        DONE
    }

    private final MemoryPostings postings;
    private final MemoryPostingsReader reader;
    private final Path path;
    private final Path newPath;
    private final long logId;
    private final FileForcer forcer;
    private final int[] entries;
    private final IndexBlockWriter blocks;
    private final TopicSpan span = new TopicSpan();
    private final long[] sequences = new long[TopicPostings.GROUP_LENGTH];
    private final byte[] encoded = new byte[(TopicPostings.GROUP_LENGTH + 4) * VarintReader.LENGTH_MAX];
    private final byte[] topic = new byte[encoded.length];
    private final LongArrayList groupPositions = new LongArrayList();
    private final LongArrayList firstTopics = new LongArrayList();

    private Stage stage = Stage.TERMS;
    private int next;
    private long nextGroup;
    private long skips;
    private long groupBlocks;
    private long topicBlocksStart;
    private long postingCount;
    private long previousTopicId;

    /** Opens the new file; the journal's own forcer must not be shared between threads, so one is given. */
    IndexWrite(MemoryPostings postings, Path path, long logId, FileForcer forcer) throws IOException {
        this.postings = postings;
        this.path = path;
        this.logId = logId;
        this.forcer = forcer;
        reader = new MemoryPostingsReader(postings);
        entries = postings.entries();
        newPath =
                path.resolveSibling(path.getFileName().toString().replace(IndexLayout.SUFFIX, IndexLayout.NEW_SUFFIX));
        blocks = new IndexBlockWriter(newPath, postings.firstSequence());
    }

    boolean isDone() {
        return stage == Stage.DONE;
    }

    /** Works on for a moment. */
    void step() throws IOException {
        for (int i = 0; i < STEP_LENGTH && stage != Stage.DONE; i++) {
            switch (stage) {
                case TERMS -> termStep();
                case HEAP -> heapStep();
                case SORT -> sortStep();
                case GROUPS -> groupStep();
                case SKIPS -> skipStep();
                case TOPICS -> topicStep();
                case DONE -> throw new IllegalStateException("nothing is left to do");
            }
        }
    }

    @Override
    public void close() throws IOException {
        blocks.close();
        Files.deleteIfExists(newPath);
    }

    private void termStep() throws IOException {
        for (long number : postings.terms()) {
            blocks.addLong(number);
        }
        blocks.endBlock();
        stage = Stage.HEAP;
        next = entries.length / 2;
    }

    private void heapStep() {
        if (next == 0) {
            stage = Stage.SORT;
            next = entries.length;
            return;
        }
        next--;
        siftDown(next, entries.length);
    }

    private void sortStep() {
        if (next <= 1) {
            stage = Stage.GROUPS;
            next = 0;
            return;
        }
        next--;
        int last = entries[next];
        entries[next] = entries[0];
        entries[0] = last;
        siftDown(0, next);
    }

    /** Writes one group of a long topic, or passes a short topic. */
    private void groupStep() throws IOException {
        if (next == entries.length) {
            blocks.endBlock();
            groupBlocks = blocks.blockNumber() - 1 - termBlocks();
            stage = Stage.SKIPS;
            next = 0;
            return;
        }
        fill();
        if (!span.isLong || nextGroup == span.groupCount()) {
            next++;
            nextGroup = 0;
            return;
        }
        reader.decode(entries[next], nextGroup, sequences);
        int length = 0;
        int count = span.groupLength(nextGroup);
        for (int i = 1; i < count; i++) {
            length = VarintReader.write(encoded, length, sequences[i] - sequences[i - 1]);
        }
        if (!blocks.hasRoom(length)) {
            blocks.endBlock();
        }
        groupPositions.addLong(blocks.add(encoded, length));
        nextGroup++;
    }

    private void skipStep() throws IOException {
        if (next == entries.length) {
            blocks.endBlock();
            topicBlocksStart = blocks.blockNumber();
            stage = Stage.TOPICS;
            next = 0;
            skips = 0;
            return;
        }
        fill();
        if (!span.isLong || nextGroup == span.groupCount()) {
            next++;
            nextGroup = 0;
            return;
        }
        reader.decode(entries[next], nextGroup, sequences);
        blocks.addLong(sequences[0]);
        blocks.addLong(groupPositions.getLong((int) skips++));
        nextGroup++;
    }

    private void topicStep() throws IOException {
        if (next == entries.length) {
            blocks.endBlock();
            finish();
            return;
        }
        fill();
        int length = encodeTopic();
        int written = VarintReader.write(topic, 0, span.topicId - previousTopicId);
        if (!blocks.hasRoom(written + length)) {
            blocks.endBlock();
            written = VarintReader.write(topic, 0, span.topicId);
        }
        if (blocks.isEmpty()) {
            firstTopics.addLong(span.topicId);
        }
        System.arraycopy(encoded, 0, topic, written, length);
        blocks.add(topic, written + length);
        // The first id of a block is written whole: as the difference from 0.
        previousTopicId = span.topicId;
        next++;
    }

    /** Encodes all of a topic but its id. */
    private int encodeTopic() {
        postingCount += span.count;
        long kind = (span.isCut ? IndexLayout.CUT : 0) | (span.isLong ? IndexLayout.LONG : 0);
        int length = VarintReader.write(encoded, 0, span.count << IndexLayout.KIND_BITS | kind);
        if (span.count == 0) {
            return length;
        }
        length = VarintReader.write(encoded, length, span.firstOffset);
        if (span.isLong) {
            length = VarintReader.write(encoded, length, skips);
            skips += span.groupCount();
            return length;
        }
        reader.decode(entries[next], 0, sequences);
        int postingsLength = 0;
        long previous = postings.firstSequence();
        for (int i = 0; i < span.count; i++) {
            postingsLength = VarintReader.write(topic, postingsLength, sequences[i] - previous);
            previous = sequences[i];
        }
        length = VarintReader.write(encoded, length, postingsLength);
        System.arraycopy(topic, 0, encoded, length, postingsLength);
        return length + postingsLength;
    }

    private void finish() throws IOException {
        long topicBlocks = blocks.blockNumber() - topicBlocksStart;
        for (int i = 0; i < firstTopics.size(); i++) {
            blocks.addLong(firstTopics.getLong(i));
        }
        blocks.endBlock();
        UnsafeBuffer header = blocks.header();
        header.putLong(IndexLayout.MAGIC_INDEX, IndexLayout.MAGIC, LITTLE_ENDIAN);
        header.putInt(IndexLayout.VERSION_INDEX, IndexLayout.VERSION, LITTLE_ENDIAN);
        header.putInt(IndexLayout.BLOCK_LENGTH_INDEX, IndexLayout.BLOCK_LENGTH, LITTLE_ENDIAN);
        header.putLong(IndexLayout.LOG_ID_INDEX, logId, LITTLE_ENDIAN);
        header.putLong(IndexLayout.LAST_SEQUENCE_INDEX, postings.lastSequence(), LITTLE_ENDIAN);
        header.putLong(IndexLayout.TERM_COUNT_INDEX, postings.terms().length / 2, LITTLE_ENDIAN);
        header.putLong(IndexLayout.GROUP_BLOCKS_INDEX, groupBlocks, LITTLE_ENDIAN);
        header.putLong(IndexLayout.SKIP_COUNT_INDEX, skips, LITTLE_ENDIAN);
        header.putLong(IndexLayout.TOPIC_BLOCKS_INDEX, topicBlocks, LITTLE_ENDIAN);
        header.putLong(IndexLayout.TOPIC_COUNT_INDEX, entries.length, LITTLE_ENDIAN);
        header.putLong(IndexLayout.POSTING_COUNT_INDEX, postingCount, LITTLE_ENDIAN);
        blocks.finish();
        Files.move(newPath, path, StandardCopyOption.ATOMIC_MOVE);
        forcer.forceDirectory(path.toAbsolutePath().getParent());
        stage = Stage.DONE;
    }

    private void fill() {
        reader.fill(entries[next], span);
    }

    private long termBlocks() {
        return IndexLayout.blocksFor(postings.terms().length / 2, IndexLayout.PAIRS_PER_BLOCK);
    }

    private void siftDown(int from, int length) {
        int sinking = entries[from];
        long sinkingId = postings.topicId(sinking);
        int hole = from;
        int child;
        while ((child = 2 * hole + 1) < length) {
            long childId = postings.topicId(entries[child]);
            if (child + 1 < length && postings.topicId(entries[child + 1]) > childId) {
                child++;
                childId = postings.topicId(entries[child]);
            }
            if (childId <= sinkingId) {
                break;
            }
            entries[hole] = entries[child];
            hole = child;
        }
        entries[hole] = sinking;
    }
}
