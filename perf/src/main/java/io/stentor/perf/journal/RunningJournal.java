package io.stentor.perf.journal;

import io.stentor.journal.ChronicleJournal;
import io.stentor.journal.Journal;
import io.stentor.journal.JournalAppender;
import io.stentor.journal.JournalContext;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingIdleStrategy;

/** A journal with the agents beside it that the engine runs, each on a thread of its own that rests as it does there. */
final class RunningJournal implements AutoCloseable {
    /** Records between two commits of an appender that is never short of records: the pipeline's largest batch. */
    static final int BATCH = 256;

    private static final long REST_NS = TimeUnit.MICROSECONDS.toNanos(500);

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Deque<AutoCloseable> runners = new ArrayDeque<>();
    private final Journal journal;

    RunningJournal(final Path directory) {
        this(directory, agent -> true);
    }

    RunningJournal(final Path directory, final Predicate<Agent> wanted) {
        final ErrorHandler errorHandler = problem -> failure.compareAndSet(null, problem);
        journal =
                ChronicleJournal.open(new JournalContext().directory(directory).errorHandler(errorHandler));
        for (final Agent agent : journal.backgroundAgents()) {
            if (wanted.test(agent)) {
                final AgentRunner runner =
                        new AgentRunner(new SleepingIdleStrategy(REST_NS), errorHandler, null, agent);
                AgentRunner.startOnThread(runner);
                runners.push(runner);
            }
        }
    }

    Journal journal() {
        return journal;
    }

    /** Appends so many records in batches. */
    void append(final SampleRecord record, final long count, final long timestampNs) {
        final JournalAppender appender = journal.appender();
        int open = 0;
        for (long i = 0; i < count; i++) {
            appender.append(record.next(timestampNs), 0, record.length());
            if (++open == BATCH) {
                appender.commit();
                open = 0;
            }
        }
        appender.commit();
    }

    @Override
    public void close() {
        runners.forEach(CloseHelper::close);
        journal.close();
        final Throwable problem = failure.get();
        if (problem != null) {
            throw new IllegalStateException("the journal has failed: " + problem.getMessage(), problem);
        }
    }
}
