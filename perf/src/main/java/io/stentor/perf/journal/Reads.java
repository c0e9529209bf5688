package io.stentor.perf.journal;

import io.stentor.journal.JournalReader;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.TopicIndex;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import org.HdrHistogram.Histogram;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.NanoClock;

/**
 * Replay of a whole log, and finding and reading single messages by topic offset, against a bare tailer over excerpts of the same
 * length. Each side has written what it reads, has closed it and opened it again, so that no sealing or forcing runs beside;
 * everything is in the page cache. Each side reads a number out of every record, so that it has to look at it. For the bare tailer
 * that is a cache line or two of each excerpt, whereas the journal takes all bytes out of the file to verify them: a second replay
 * is against a tailer that takes them all too.
 */
final class Reads {
    private static final int PAYLOAD_LENGTH = 256;
    private static final long LOOKUPS = 100_000;
    private static final long LOOKUPS_WARM_UP = 20_000;
    private static final int POLL_LIMIT = 1024;
    private static final long SEED = 20_261_122;
    private static final double NS_PER_SECOND = 1e9;

    private Reads() {}

    static List<Duel> duels(final long records, final NanoClock clock) {
        return List.of(
                replay("", "bare tailer", Reads::readNumber, records, clock),
                replay(", whole ones", "bare tailer that copies each", new WholeExcerpt(), records, clock),
                lookup(records, clock));
    }

    /** One duel: a message found by its topic offset and read. */
    static Duel lookup(final long records, final NanoClock clock) {
        final int recordLength = new SampleRecord(PAYLOAD_LENGTH).alignedLength();
        return new Duel(
                String.format("a random one of %,d records, found by its topic offset and read", records),
                "bare moveToIndex and read, median",
                directory -> bareLookups(directory, records, recordLength, clock),
                "topic index, seek and read, median",
                directory -> lookups(directory, records, clock),
                Duel.Unit.TIME,
                Goal.atMost(1.5));
    }

    private static Duel replay(
            final String suffix,
            final String bareName,
            final ToLongFunction<ExcerptTailer> read,
            final long records,
            final NanoClock clock) {
        final int recordLength = new SampleRecord(PAYLOAD_LENGTH).alignedLength();
        return new Duel(
                String.format("replay of %,d records of %d bytes%s", records, recordLength, suffix),
                bareName,
                directory -> bareReplay(directory, read, records, recordLength, clock),
                "journal, every record verified",
                directory -> replay(directory, records, clock),
                Duel.Unit.RATE,
                Goal.atLeast(0.8));
    }

    private static double bareReplay(
            final Path directory,
            final ToLongFunction<ExcerptTailer> read,
            final long records,
            final int recordLength,
            final NanoClock clock) {
        try (BareQueue queue = filled(directory, records, recordLength);
                ExcerptTailer tailer = queue.newTailer()) {
            long sum = 0;
            final long startNs = clock.nanoTime();
            for (long i = 0; i < records; i++) {
                sum += read.applyAsLong(tailer);
            }
            return requireUsed(sum, records * NS_PER_SECOND / (clock.nanoTime() - startNs));
        }
    }

    private static double replay(final Path directory, final long records, final NanoClock clock) {
        try (RunningJournal running = filled(directory, records);
                JournalReader reader = running.journal().newReader()) {
            final MutableLong sum = new MutableLong();
            long count = 0;
            final long startNs = clock.nanoTime();
            while (count < records) {
                count += reader.poll(
                        (buffer, offset, length) -> sum.addAndGet(RecordLayout.sequence(buffer, offset)), POLL_LIMIT);
            }
            return requireUsed(sum.get(), records * NS_PER_SECOND / (clock.nanoTime() - startNs));
        }
    }

    private static double bareLookups(
            final Path directory, final long records, final int recordLength, final NanoClock clock) {
        try (BareQueue queue = filled(directory, records, recordLength);
                ExcerptTailer tailer = queue.newTailer()) {
            final long firstIndex = queue.lastIndex() - records + 1;
            final Histogram times = new Histogram(3);
            final SplittableRandom random = new SplittableRandom(SEED);
            long sum = 0;
            for (long i = -LOOKUPS_WARM_UP; i < LOOKUPS; i++) {
                final long startNs = clock.nanoTime();
                if (!tailer.moveToIndex(firstIndex + random.nextLong(records))) {
                    throw new IllegalStateException("the bare queue does not have all of its records in one cycle");
                }
                sum += readNumber(tailer);
                if (i >= 0) {
                    times.recordValue(clock.nanoTime() - startNs);
                }
            }
            return requireUsed(sum, (double) times.getValueAtPercentile(50));
        }
    }

    private static double lookups(final Path directory, final long records, final NanoClock clock) {
        try (RunningJournal running = filled(directory, records);
                TopicIndex index = TopicIndex.open(running.journal(), 0, (buffer, offset, length) -> {}, failure -> {
                    throw new IllegalStateException("the index is damaged", failure);
                });
                JournalReader reader = running.journal().newReader()) {
            while (index.poll(POLL_LIMIT) > 0) {
                // Takes in everything.
            }
            final Histogram times = new Histogram(3);
            final SplittableRandom random = new SplittableRandom(SEED);
            final MutableLong sum = new MutableLong();
            for (long i = -LOOKUPS_WARM_UP; i < LOOKUPS; i++) {
                final long startNs = clock.nanoTime();
                reader.seek(index.sequenceOf(1, 1 + random.nextLong(records)));
                reader.poll((buffer, offset, length) -> sum.addAndGet(RecordLayout.sequence(buffer, offset)), 1);
                if (i >= 0) {
                    times.recordValue(clock.nanoTime() - startNs);
                }
            }
            return requireUsed(sum.get(), (double) times.getValueAtPercentile(50));
        }
    }

    private static BareQueue filled(final Path directory, final long records, final int recordLength) {
        try (BareQueue queue = new BareQueue(directory, recordLength)) {
            for (long i = 0; i < records; i++) {
                queue.append();
            }
        }
        return new BareQueue(directory, recordLength);
    }

    private static RunningJournal filled(final Path directory, final long records) {
        try (RunningJournal running = new RunningJournal(directory)) {
            running.append(new SampleRecord(PAYLOAD_LENGTH), records, 1);
        }
        return new RunningJournal(directory);
    }

    private static long readNumber(final ExcerptTailer tailer) {
        try (DocumentContext document = tailer.readingDocument()) {
            final Bytes<?> bytes = document.wire().bytes();
            return bytes.readLong();
        }
    }

    /** Takes all bytes of an excerpt out of the mapped file, as whoever keeps or sends them must. One thread. */
    private static final class WholeExcerpt implements ToLongFunction<ExcerptTailer> {
        private final byte[] taken = new byte[new SampleRecord(PAYLOAD_LENGTH).alignedLength()];

        @Override
        public long applyAsLong(final ExcerptTailer tailer) {
            try (DocumentContext document = tailer.readingDocument()) {
                final int count = document.wire().bytes().read(taken);
                return (long) taken[0] + taken[count - 1];
            }
        }
    }

    /** Lets no compiler leave out what was read. */
    private static double requireUsed(final long sum, final double figure) {
        if (sum == 0) {
            throw new IllegalStateException("nothing was read");
        }
        return figure;
    }
}
