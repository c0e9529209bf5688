package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.agrona.MutableDirectBuffer;

/**
 * The measurement behind docs/posting-lists-per-segment.md: 10 million messages, each to one topic or, every other one, to
 * one of a million drawn at random, in memory and in a file.
 *
 * <p>Arguments: directory, records, topics, lookups. Give it a heap of 2 GiB.
 */
public final class IndexSizeMain {
    private static final long BIG_TOPIC = 1;

    private IndexSizeMain() {}

    public static void main(String[] args) throws IOException {
        Path path = Files.createDirectories(Path.of(args[0])).resolve("measured.index");
        int records = Integer.parseInt(args[1]);
        int topics = Integer.parseInt(args[2]);
        int lookups = Integer.parseInt(args[3]);

        long before = usedBytes();
        MemoryPostings memory = new MemoryPostings(1);
        long startNs = System.nanoTime();
        long[] heads = fill(memory, records, topics);
        print("build, ns per record", (double) (System.nanoTime() - startNs) / records);
        print("memory, bytes per record", (double) (usedBytes() - before - 8L * heads.length) / records);
        lookUp("memory", memory, heads, lookups);

        memory.freeze();
        startNs = System.nanoTime();
        try (ChannelForcer forcer = new ChannelForcer();
                IndexWrite write = new IndexWrite(memory, path, 1, forcer)) {
            while (!write.isDone()) {
                write.step();
            }
        }
        print("write, ms", (System.nanoTime() - startNs) / 1e6);
        print("file, bytes per record", (double) Files.size(path) / records);
        SegmentInfo segment = new SegmentInfo(path, 1, records, true);
        IndexFile file = IndexFile.open(path, new IndexBlocks(), segment, 1);
        lookUp("file", file, heads, lookups);
        file.close();
        Files.delete(path);
    }

    private static long[] fill(MemoryPostings postings, int records, int topics) {
        Random random = new Random(1);
        MutableDirectBuffer buffer = Records.buffer();
        RecordLayout.start(buffer, 0, RecordType.MESSAGE, 0);
        RecordLayout.term(buffer, 0, 1);
        long[] heads = new long[topics + 2];
        for (int sequence = 1; sequence <= records; sequence++) {
            int topicId = (int) BIG_TOPIC + (sequence % 2 == 0 ? 0 : 1 + random.nextInt(topics));
            RecordLayout.sequence(buffer, 0, sequence);
            RecordLayout.topicId(buffer, 0, topicId);
            RecordLayout.offset(buffer, 0, ++heads[topicId]);
            postings.onRecord(buffer, 0);
        }
        return heads;
    }

    private static void lookUp(String name, TopicPostings postings, long[] heads, int lookups) {
        for (boolean big : new boolean[] {true, false}) {
            long[] timesNs = new long[lookups];
            Random random = new Random(2);
            TopicSpan span = new TopicSpan();
            long[] sequences = new long[TopicPostings.GROUP_LENGTH];
            for (int i = -lookups; i < lookups; i++) {
                int topicId = (int) BIG_TOPIC + (big ? 0 : 1 + random.nextInt(heads.length - 2));
                if (heads[topicId] == 0) {
                    continue;
                }
                long index = random.nextLong(heads[topicId]);
                long startNs = System.nanoTime();
                if (!postings.find(topicId, span)) {
                    throw new IllegalStateException("topic " + topicId + " is not there");
                }
                postings.decode(span, index / TopicPostings.GROUP_LENGTH, sequences);
                timesNs[Math.max(i, 0)] = System.nanoTime() - startNs;
            }
            Arrays.sort(timesNs);
            String row = name + (big ? ", the long topic" : ", a short topic");
            print(row + ", p50 ns", (double) timesNs[lookups / 2]);
            print(row + ", p99 ns", (double) timesNs[lookups * 99 / 100]);
        }
    }

    private static void print(String name, double value) {
        System.out.printf(Locale.ROOT, "%-36s %10.2f%n", name, value);
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
