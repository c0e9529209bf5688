package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;

/**
 * A journal of files with a hundred messages each, every tenth of them of the topic {@link #PAYMENTS}, the others of
 * {@link #CHATS}; what is kept are the payments.
 */
final class KeptJournal {
    static final long PAYMENTS = 7;
    static final long CHATS = 8;
    static final int FILE_RECORDS = 100;
    static final long PAYMENT_EACH = 10;

    private KeptJournal() {}

    static JournalContext context(Path directory, List<Throwable> errors) {
        return new JournalContext()
                .directory(directory)
                .rollCycle("TEST_SECONDLY")
                .diskReserveBytes(JournalContext.DISK_RESERVE_FLOOR_BYTES)
                .scrubBytesPerSecond(64L << 20)
                .errorHandler(errors::add);
    }

    /** Six files, of which five are sealed. */
    static ChronicleJournal write(ChronicleJournal journal) throws Exception {
        MutableDirectBuffer buffer = Records.buffer();
        for (int file = 0; file < 6; file++) {
            append(journal, buffer, file);
        }
        while (journal.segments().size() < 6 || !journal.segments().get(4).sealed()) {
            journal.requestForce(journal.lastSequence());
            for (Agent agent : journal.backgroundAgents()) {
                agent.doWork();
            }
        }
        return journal;
    }

    private static void append(ChronicleJournal journal, MutableDirectBuffer buffer, int file) {
        for (int i = 0; i < FILE_RECORDS; i++) {
            long sequence = journal.appender().lastSequence() + 1;
            journal.appender().append(buffer, 0, message(buffer, sequence, file));
            if (sequence % 7 == 0) {
                journal.appender().commit();
            }
        }
        journal.appender().commit();
    }

    /** The message at a sequence, in the second of this number; returns its length. */
    static int message(MutableDirectBuffer buffer, long sequence, int second) {
        Records.write(
                buffer,
                sequence,
                Records.bodyLength(sequence),
                Records.START_NS + TimeUnit.SECONDS.toNanos(second) + sequence);
        boolean isPayment = sequence % PAYMENT_EACH == 0;
        long payments = sequence / PAYMENT_EACH;
        buffer.putByte(RecordLayout.TYPE_OFFSET, RecordType.MESSAGE);
        RecordLayout.topicId(buffer, 0, isPayment ? PAYMENTS : CHATS);
        RecordLayout.offset(buffer, 0, isPayment ? payments : sequence - payments);
        RecordLayout.sealHeader(buffer, 0);
        return RecordLayout.length(buffer, 0);
    }

    /** Copies the payments of some sequences to a writer. */
    static KeeperWriter keep(ChronicleJournal journal, long first, long last) {
        return keep(journal, first, last, sequence -> sequence % PAYMENT_EACH == 0);
    }

    static KeeperWriter keep(ChronicleJournal journal, long first, long last, LongPredicate isKept) {
        KeeperWriter writer = journal.keeper().newWriter();
        try (JournalReader reader = journal.newReader()) {
            reader.seek(first);
            RecordHandler handler = (buffer, offset, length) -> {
                if (isKept.test(RecordLayout.sequence(buffer, offset))) {
                    writer.add(buffer, offset, length);
                }
            };
            while (reader.nextSequence() <= last) {
                reader.poll(handler, 1);
            }
        }
        writer.finish();
        return writer;
    }

    /** Lets the journal begin behind a record and keeps the payments of it from another one on. */
    static void trim(ChronicleJournal journal, long firstKept, long lastRemoved) {
        try (KeeperWriter writer = keep(journal, firstKept, lastRemoved)) {
            journal.trim(lastRemoved + 1, writer);
        }
    }

    /** The payments from one record to another. */
    static List<Long> payments(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .filter(sequence -> sequence % PAYMENT_EACH == 0)
                .boxed()
                .toList();
    }

    /** What the keeper hands out record by record, each as it was written. */
    static List<Long> kept(ChronicleJournal journal) {
        ReadBack read = new ReadBack();
        try (KeeperReader reader = journal.keeper().newReader()) {
            for (long sequence = 1; sequence < journal.firstSequence(); sequence++) {
                reader.read(sequence, read);
            }
        }
        return read.sequences;
    }

    /** The sequences of a topic's messages as the index has them. */
    static List<Long> indexed(TopicIndex index, long topicId) {
        List<Long> sequences = new ArrayList<>();
        for (long offset = index.firstOffset(topicId); offset <= index.headOffset(topicId); offset++) {
            sequences.add(index.sequenceOf(topicId, offset));
        }
        return sequences;
    }

    static TopicIndex index(ChronicleJournal journal, List<Throwable> errors) throws Exception {
        TopicIndex index = TopicIndex.open(journal, 0, (buffer, offset, length) -> {}, errors::add);
        follow(index);
        return index;
    }

    static void follow(TopicIndex index) throws Exception {
        while (index.poll(1_000) > 0 || index.writeAgent().doWork() > 0) {
            // Until all is indexed and written.
        }
        index.poll(0);
    }

    /** The files of the keeper by name, whole. */
    static Map<String, byte[]> files(Path directory) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        Path keeper = directory.resolve("keeper");
        if (Files.isDirectory(keeper)) {
            try (Stream<Path> paths = Files.list(keeper)) {
                for (Path path : (Iterable<Path>) paths::iterator) {
                    files.put(path.getFileName().toString(), Files.readAllBytes(path));
                }
            }
        }
        return files;
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }
}
