package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The measurement behind docs/batch-per-excerpt.md: a bare Chronicle loop of one record per excerpt against the journal
 * with batches of several sizes, alternating, each in a fresh directory that is forced and deleted after.
 *
 * <p>Arguments: directory, MiB per row, rounds, record length, and which agents run beside it: none, touch, force or all.
 */
public final class ExcerptShapeMain {
    private static final int[] BATCHES = {1, 4, 16, 64, 256};

    private ExcerptShapeMain() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        long bytes = Long.parseLong(args[1]) << 20;
        int rounds = Integer.parseInt(args[2]);
        int recordLength = Integer.parseInt(args[3]);
        String agents = args.length > 4 ? args[4] : "none";
        ChronicleRuntime.prepare();
        long records = bytes / recordLength;
        double[][] rates = new double[BATCHES.length + 1][rounds];
        for (int round = -1; round < rounds; round++) {
            for (int row = 0; row < rates.length; row++) {
                Path fresh = directory.resolve("row");
                double rate = row == 0
                        ? bare(fresh, records, recordLength)
                        : journal(fresh, records, recordLength, BATCHES[row - 1], agents);
                IoUtil.delete(fresh.toFile(), false);
                if (round >= 0) {
                    rates[row][round] = rate;
                }
            }
        }
        double bareMedian = median(rates[0]);
        for (int row = 0; row < rates.length; row++) {
            double median = median(rates[row]);
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %6.2f M records/s  (%.2f..%.2f)  ratio %.2f%n",
                    row == 0 ? "bare, 1 record per excerpt" : "journal, batches of " + BATCHES[row - 1],
                    median,
                    Arrays.stream(rates[row]).min().orElse(0),
                    Arrays.stream(rates[row]).max().orElse(0),
                    median / bareMedian);
        }
    }

    private static double bare(Path directory, long records, int recordLength) throws IOException {
        MutableDirectBuffer record = new UnsafeBuffer(new byte[recordLength]);
        UnsafeBuffer target = new UnsafeBuffer(0, 0);
        long elapsedNs;
        try (ChronicleQueue queue = ChronicleQueue.singleBuilder(directory)
                .rollCycle(RollCycles.FAST_HOURLY)
                .timeProvider(() -> TimeUnit.NANOSECONDS.toMillis(Records.START_NS))
                .build()) {
            ExcerptAppender appender = queue.createAppender();
            long startNs = System.nanoTime();
            for (long sequence = 1; sequence <= records; sequence++) {
                RecordLayout.sequence(record, 0, sequence);
                try (DocumentContext document = appender.writingDocument()) {
                    Bytes<?> bytes = document.wire().bytes();
                    target.wrap(bytes.addressForWrite(bytes.writePosition()), recordLength);
                    target.putBytes(0, record, 0, recordLength);
                    bytes.writeSkip(recordLength);
                }
            }
            elapsedNs = System.nanoTime() - startNs;
        }
        forceAll(directory);
        return records * 1e3 / elapsedNs;
    }

    private static double journal(Path directory, long records, int recordLength, int batch, String wanted)
            throws Exception {
        MutableDirectBuffer record = Records.buffer();
        Records.write(record, 1, recordLength - RecordLayout.HEADER_LENGTH, Records.START_NS);
        long elapsedNs;
        try (ChronicleJournal journal = ChronicleJournal.open(
                new JournalContext().directory(directory).errorHandler(Throwable::printStackTrace))) {
            List<Agent> agents = journal.backgroundAgents().stream()
                    .filter(agent -> wanted.equals("all") || agent.roleName().endsWith(wanted))
                    .toList();
            AgentRunner[] runners = new AgentRunner[agents.size()];
            for (int i = 0; i < runners.length; i++) {
                runners[i] = new AgentRunner(
                        new SleepingMillisIdleStrategy(1), Throwable::printStackTrace, null, agents.get(i));
                AgentRunner.startOnThread(runners[i]);
            }
            JournalAppender appender = journal.appender();
            long startNs = System.nanoTime();
            int open = 0;
            for (long sequence = 1; sequence <= records; sequence++) {
                RecordLayout.sequence(record, 0, sequence);
                appender.append(record, 0, recordLength);
                if (++open == batch) {
                    appender.commit();
                    open = 0;
                }
            }
            appender.commit();
            elapsedNs = System.nanoTime() - startNs;
            for (AgentRunner runner : runners) {
                runner.close();
            }
        }
        return records * 1e3 / elapsedNs;
    }

    private static void forceAll(Path directory) throws IOException {
        try (ChannelForcer forcer = new ChannelForcer();
                var files = Files.newDirectoryStream(directory, "*.cq4")) {
            for (Path file : files) {
                forcer.forceFile(file);
            }
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
