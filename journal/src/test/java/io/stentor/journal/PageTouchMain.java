package io.stentor.journal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingIdleStrategy;

/**
 * Time from when a record should have been committed to when it was, at a steady rate, with and without the page toucher.
 * Alternates the two, each in a fresh directory.
 *
 * <p>Arguments: directory, records per second, seconds, rounds, record length, and the agents of one row each, joined by
 * a plus: {@code none force touch+force}.
 */
public final class PageTouchMain {
    private static final long PARK_NS = 20_000;

    private PageTouchMain() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]).resolve("row");
        int rate = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        int recordLength = Integer.parseInt(args[4]);
        String[] rows = Arrays.copyOfRange(args, 5, args.length);
        ChronicleRuntime.prepare();
        for (int round = 0; round < rounds; round++) {
            for (String row : rows) {
                long[] latenciesNs = run(directory, row, rate, seconds, recordLength);
                IoUtil.delete(directory.toFile(), false);
                Arrays.sort(latenciesNs);
                System.out.printf(
                        Locale.ROOT,
                        "%-12s p50 %.3f  p99 %.3f  p99.9 %.3f  max %.3f ms%n",
                        row,
                        at(latenciesNs, 0.5),
                        at(latenciesNs, 0.99),
                        at(latenciesNs, 0.999),
                        at(latenciesNs, 1));
            }
        }
    }

    private static long[] run(Path directory, String row, int rate, int seconds, int recordLength) throws Exception {
        MutableDirectBuffer record = Records.buffer();
        Records.write(record, 1, recordLength - RecordLayout.HEADER_LENGTH, Records.START_NS);
        long[] latenciesNs = new long[rate * seconds];
        try (ChronicleJournal journal = ChronicleJournal.open(
                new JournalContext().directory(directory).errorHandler(Throwable::printStackTrace))) {
            List<AgentRunner> runners = new ArrayList<>();
            for (Agent agent : journal.backgroundAgents()) {
                if (row.contains(agent.roleName().substring("journal-".length()))) {
                    AgentRunner runner =
                            new AgentRunner(new SleepingIdleStrategy(100_000), Throwable::printStackTrace, null, agent);
                    AgentRunner.startOnThread(runner);
                    runners.add(runner);
                }
            }
            pace(journal.appender(), record, rate, latenciesNs);
            for (AgentRunner runner : runners) {
                runner.close();
            }
        }
        return latenciesNs;
    }

    /** Appends what is due in one batch, as the ring hands it over. */
    private static void pace(JournalAppender appender, MutableDirectBuffer record, int rate, long[] latenciesNs) {
        double intervalNs = 1e9 / rate;
        int recordLength = RecordLayout.length(record, 0);
        long startNs = System.nanoTime();
        int committed = 0;
        int appended = 0;
        while (committed < latenciesNs.length) {
            int due = (int) Math.min(latenciesNs.length, (System.nanoTime() - startNs) / intervalNs);
            while (appended < due && appended - committed < JournalContext.BATCH_RECORDS_LIMIT) {
                appended++;
                RecordLayout.sequence(record, 0, appended);
                appender.append(record, 0, recordLength);
            }
            if (appended == committed) {
                LockSupport.parkNanos(PARK_NS);
                continue;
            }
            appender.commit();
            long nowNs = System.nanoTime() - startNs;
            while (committed < appended) {
                latenciesNs[committed] = nowNs - (long) (committed * intervalNs);
                committed++;
            }
        }
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
    }
}
