package io.stentor.engine.tier;

import io.stentor.engine.history.Fault;
import io.stentor.engine.history.History;
import io.stentor.engine.history.HistoryChecker;
import io.stentor.engine.history.JournalAudit;
import io.stentor.engine.history.Verdict;
import io.stentor.engine.history.Witness;
import io.stentor.journal.ChronicleJournal;
import io.stentor.journal.JournalContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The history of one run of a tier with its faults, and the verdict at the end. The files lie under {@code
 * target/histories} and stay there when the verdict is bad. Any thread.
 */
final class Judge {

    /**
     * How long before a power cut something acknowledged as JOURNALED may be that it takes: the promise is a force every 50
     * ms; the rest is what a busy machine and its disk may take to do it.
     */
    static final Duration WINDOW = Duration.ofSeconds(1);

    /** What is told about a topic that nobody has published to. */
    private static final String ANY_TOPIC = "any";

    private final History history;
    private final Witness operator;

    private Judge(final Path directory) {
        this.history = new History(directory, SystemNanoClock.INSTANCE);
        this.operator = history.witness("operator");
    }

    /** Begins a history. */
    static Judge of(final String name) {
        final Path parent = StentorProcesses.module().resolve("target/histories");
        try {
            return new Judge(Files.createTempDirectory(Files.createDirectories(parent), name + "-"));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    History history() {
        return history;
    }

    Witness witness(final String actor) {
        return history.witness(actor);
    }

    /** The tier is ready: writes down its epoch. */
    void started(final Tier tier) {
        started(tier.api());
    }

    /** The tier behind an API is ready: writes down its epoch. */
    void started(final ApiClient api) {
        operator.started(api.call("history", Map.of("channel", ANY_TOPIC, "limit", 0))
                .result()
                .at("epoch")
                .text());
    }

    /** Does something bad and writes it down, before and after. */
    void fault(final Fault fault, final Runnable deed) {
        operator.fault(fault);
        deed.run();
        operator.down(fault);
    }

    /**
     * Reads the journal of a tier that has ended, and judges.
     *
     * @return the verdict, which is good.
     */
    Verdict judge(final Path data) {
        return judge(data, "", "FAST_HOURLY");
    }

    /**
     * As {@link #judge(Path)}.
     *
     * @param unseen a topic that is in nobody's history; empty for none.
     * @param rollCycle of the journal.
     */
    Verdict judge(final Path data, final String unseen, final String rollCycle) {
        audit(data, history.witness("journal"), unseen, rollCycle);
        history.close();
        try {
            final Verdict verdict = HistoryChecker.check(history.directory(), WINDOW.toNanos());
            return requireSound(verdict, history.directory());
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Judges a copy that was made of the journal while the history went on, which it may still do.
     *
     * @param copiedNs when the copying began, by {@link SystemNanoClock}.
     * @param rollCycle of the journal.
     * @return the verdict, which is good.
     */
    Verdict judgeCopy(final Path copy, final long copiedNs, final String rollCycle) {
        final Path own = history.directory().resolveSibling(history.directory().getFileName() + "-copy");
        try (History copied = new History(own, SystemNanoClock.INSTANCE);
                Stream<Path> files = Files.list(history.directory())) {
            for (final Path file : files.toList()) {
                Files.copy(file, own.resolve(file.getFileName()));
            }
            audit(copy, copied.witness("journal"), "", rollCycle);
            return requireSound(HistoryChecker.checkCopy(own, copiedNs), own);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static void audit(final Path data, final Witness witness, final String unseen, final String rollCycle) {
        final JournalContext context = new JournalContext()
                .directory(data)
                .groupId(1)
                .rollCycle(rollCycle)
                .errorHandler(failure -> {
                    throw new AssertionError("the journal cannot be read", failure);
                });
        try (ChronicleJournal journal = ChronicleJournal.open(context)) {
            JournalAudit.write(journal, witness, topic -> !topic.equals(unseen));
        }
    }

    private static Verdict requireSound(final Verdict verdict, final Path directory) {
        System.out.println("history: " + verdict);
        if (!verdict.isSound()) {
            throw new AssertionError("the history in " + directory + " is not sound: " + verdict);
        }
        delete(directory);
        return verdict;
    }

    /** Ends a history without a verdict, when the journal cannot be read any more. */
    void abandon() {
        history.close();
        delete(history.directory());
    }

    private static void delete(final Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
