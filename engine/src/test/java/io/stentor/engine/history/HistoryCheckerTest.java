package io.stentor.engine.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.history.Violation.Kind;
import io.stentor.transport.wire.AckLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories written by hand: what no bug in a scenario shows by itself, and what must not be taken for a bug. */
final class HistoryCheckerTest {

    private static final long WINDOW_NS = 50;
    private static final String TOPIC = "chat:1";
    private static final String FIRST = "log.1";
    private static final String SECOND = "log.2";

    @TempDir
    Path directory;

    private final AtomicLong timeNs = new AtomicLong();
    private History history;
    private Witness operator;
    private Witness publisher;
    private Witness reader;
    private Witness journal;

    @BeforeEach
    void begin() {
        history = new History(directory, timeNs::incrementAndGet);
        operator = history.witness("operator");
        publisher = history.witness("publisher");
        reader = history.witness("reader");
        journal = history.witness("journal");
        operator.started(FIRST);
    }

    @AfterEach
    void end() {
        history.close();
    }

    @Test
    void shouldAcceptThatPowerCutTakesWhatWasJournaledWithinTheWindow() throws IOException {
        publish("a", 1, AckLevel.SYNCED, FIRST);
        publish("b", 2, AckLevel.JOURNALED, FIRST);
        operator.fault(Fault.POWER_CUT);
        operator.started(SECOND);
        store("log.1 a", "log.2");

        assertEquals(List.of(), check().violations());
        assertEquals(1, check().takenBack());
    }

    @Test
    void shouldFindThatPowerCutTookWhatWasJournaledBeforeTheWindow() throws IOException {
        publish("a", 1, AckLevel.JOURNALED, FIRST);
        timeNs.addAndGet(WINDOW_NS);
        operator.fault(Fault.POWER_CUT);
        store("log.1");

        assertEquals(Set.of(Kind.LOST), check().kinds());
    }

    @Test
    void shouldFindThatKillTookWhatWasJournaled() throws IOException {
        publish("a", 1, AckLevel.JOURNALED, FIRST);
        operator.fault(Fault.KILL);
        operator.started(SECOND);
        store("log.1", "log.2");

        assertEquals(Set.of(Kind.LOST), check().kinds());
    }

    @Test
    void shouldFindThatWhatLiesBeforeSomethingSyncedIsGone() throws IOException {
        publish("a", 1, AckLevel.JOURNALED, FIRST);
        publish("b", 2, AckLevel.SYNCED, FIRST);
        operator.fault(Fault.POWER_CUT);
        store("log.1");

        assertTrue(check().violations().stream()
                .anyMatch(violation -> violation.what().contains("what came after it was SYNCED")));
    }

    @Test
    void shouldTellRepeatThatTookTheSamePlaceFromTheRecordThatWasTaken() throws IOException {
        reader.began(TOPIC, FIRST, 0);
        publish("a", 1, AckLevel.JOURNALED, FIRST);
        reader.delivered(TOPIC, FIRST, 1, "a".getBytes(UTF_8));
        operator.fault(Fault.POWER_CUT);
        operator.started(SECOND);
        reader.asked(TOPIC, FIRST, 1);
        reader.snapshot(TOPIC, SECOND, 0);
        publish("a", 1, AckLevel.SYNCED, SECOND);
        store("log.1", "log.2", "log.2 a");

        assertEquals(List.of(), check().violations());
    }

    @Test
    void shouldFindAcknowledgementAfterForcesFail() throws IOException {
        publish("a", 1, AckLevel.SYNCED, FIRST);
        operator.fault(Fault.FORCE_FAILS);
        operator.down(Fault.FORCE_FAILS);
        publish("b", 2, AckLevel.SYNCED, FIRST);
        store("log.1 a", "log.1 b");

        assertEquals(Set.of(Kind.AFTER_FAILURE), check().kinds());
    }

    @Test
    void shouldFindThatReaderNeverGotTheEnd() throws IOException {
        reader.began(TOPIC, FIRST, 0);
        publish("a", 1, AckLevel.JOURNALED, FIRST);
        reader.caughtUp(TOPIC, 1);
        store("log.1 a");

        assertEquals(Set.of(Kind.GAP), check().kinds());
    }

    @Test
    void shouldIgnoreLastLineWithoutEnd() throws IOException {
        publish("a", 1, AckLevel.JOURNALED, FIRST);
        store("log.1 a");
        Files.writeString(
                directory.resolve("publisher.history"), "99 ACKNOWLEDGED " + TOPIC, StandardOpenOption.APPEND);

        assertEquals(List.of(), check().violations());
    }

    @Test
    void shouldRefuseToJudgeWithoutTheJournal() {
        publish("a", 1, AckLevel.JOURNALED, FIRST);

        assertThrows(IllegalArgumentException.class, this::check);
        assertThrows(IllegalArgumentException.class, () -> publisher.unanswered("two words", "a"));
    }

    @Test
    void shouldFindInCopyWhatWasAcknowledgedBeforeIt() throws IOException {
        publish("a", 1, AckLevel.JOURNALED, FIRST);
        final long copiedNs = timeNs.get();
        publish("b", 2, AckLevel.SYNCED, FIRST);
        publish("c", 3, AckLevel.SYNCED, FIRST);
        store("log.1 a", "log.1 b");

        assertTrue(HistoryChecker.checkCopy(directory, copiedNs).isSound());
        assertEquals(
                Set.of(Kind.LOST),
                HistoryChecker.checkCopy(directory, timeNs.get()).kinds());
    }

    private void publish(final String key, final long offset, final AckLevel level, final String epoch) {
        publisher.invoked(TOPIC, key, key.getBytes(UTF_8), level);
        publisher.acknowledged(TOPIC, key, epoch, offset, level, false);
    }

    /** Writes what the journal holds: an epoch is the record of a term, an epoch and a key that of a message. */
    private void store(final String... records) {
        long offset = 0;
        for (final String record : records) {
            final String[] words = record.split(" ");
            if (words.length == 1) {
                journal.term(words[0]);
            } else {
                if (offset == 0 && words[0].equals(FIRST)) {
                    journal.term(FIRST);
                }
                journal.stored(TOPIC, words[0], ++offset, words[1].getBytes(UTF_8));
            }
        }
    }

    private Verdict check() throws IOException {
        return HistoryChecker.check(directory, WINDOW_NS);
    }
}
