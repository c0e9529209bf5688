package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.Await;
import io.stentor.journal.ChronicleJournal;
import io.stentor.journal.JournalContext;
import io.stentor.journal.SegmentInfo;
import io.stentor.journal.TopicIndex;
import io.stentor.transport.wire.ResultCode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of a journal whose oldest files are removed while a page is sent. */
final class PageStreamTest {

    private static final String TOPIC = "chat:1";
    private static final int SECONDS = 10;
    private static final int MESSAGES_EACH = 100;
    private static final int MESSAGES = SECONDS * MESSAGES_EACH;

    @TempDir
    Path directory;

    private final ShardEnd shard = new ShardEnd();
    private ChronicleJournal journal;
    private RecordedLog log;
    private TopicIndex index;
    private PageStream pages;

    @BeforeEach
    void fill() {
        journal = ChronicleJournal.open(new JournalContext()
                .directory(directory)
                .rollCycle("TEST_SECONDLY")
                .errorHandler(failure -> {
                    throw new AssertionError(failure);
                }));
        log = new RecordedLog(1, journal).runSeconds(SECONDS, MESSAGES_EACH, TOPIC);
        index = TopicIndex.open(journal, 0, (buffer, offset, length) -> {}, failure -> {
            throw new AssertionError(failure);
        });
        while (index.poll(MESSAGES) > 0) {
            // Reads on until the journal's end.
        }
        final TopicReader reader =
                new TopicReader(index, journal, log.live.topics(), new LossCheck(index, journal.givenUp()), failure -> {
                    throw new AssertionError(failure);
                });
        pages = new PageStream(1, shard, reader, journal.logId(), log.live.term());
    }

    @AfterEach
    void close() {
        index.close();
        journal.close();
    }

    @Test
    void shouldBeginPageAnewAtWhatIsLeftWhenItsMessagesAreTrimmed() {
        final long first = trimWithinPage(TopicPosition.END);

        assertEquals(List.of(ResultCode.OK, ResultCode.OK), shard.begun);
        assertEquals(LongStream.rangeClosed(first, MESSAGES).boxed().toList(), shard.offsets);
        assertEquals(shard.offsets.size(), shard.endCount);
    }

    @Test
    void shouldPutTheRecordsOfATurnIntoOneFragment() {
        shard.room = 1;
        pages.add(
                new PageJob(1, log.live.topics().find(TOPIC), TopicPosition.END, -1, 0, new PageLimits(-1, 0, false)));
        for (int i = 0; i < 10; i++) {
            work();
        }

        // A turn's first one is the page's own beginning.
        assertEquals(PageBudget.RECORDS_PER_TURN - 1, shard.offsets.size());
    }

    @Test
    void shouldRefusePositionWhenWhatFollowsItIsTrimmedWithinThePage() {
        trimWithinPage(new TopicPosition(journal.logId(), log.live.term(), 5));

        assertEquals(List.of(ResultCode.OK, ResultCode.POSITION_LOST), shard.begun);
        assertEquals(List.of(), shard.offsets);
        assertEquals(0, shard.endCount);
    }

    @ParameterizedTest
    @ValueSource(strings = {TOPIC, "chat:unknown"})
    void shouldReadBackFromTheEndWhenAskedFromBeyondIt(final String topic) {
        shard.room = Integer.MAX_VALUE;
        pages.add(new PageJob(
                1,
                log.live.topics().find(topic),
                new TopicPosition(0, 0, MESSAGES + 50),
                -1,
                0,
                new PageLimits(3, 0, true)));
        for (int i = 0; i < 10; i++) {
            work();
        }

        final long head = topic.equals(TOPIC) ? MESSAGES : 0;
        assertEquals(List.of(ResultCode.OK), shard.begun);
        assertEquals(head == 0 ? List.of() : List.of(head, head - 1, head - 2), shard.offsets);
        assertEquals(shard.offsets.size(), shard.endCount);
    }

    private void work() {
        final PageBudget budget = new PageBudget();
        budget.begin();
        budget.beginTurn();
        pages.doWork(budget);
        pages.flush();
    }

    /** Trims the first half of the journal when two fragments of a page are out; the first offset that is left. */
    private long trimWithinPage(final TopicPosition position) {
        shard.room = 2;
        pages.add(new PageJob(1, log.live.topics().find(TOPIC), position, -1, 0, new PageLimits(-1, 0, false)));
        for (int i = 0; i < 10; i++) {
            work();
        }
        final int sent = shard.offsets.size();
        assertTrue(sent > 0 && sent < MESSAGES / 3, sent + " messages are out");

        Await.until("all but the last files are sealed", () -> {
            log.force();
            return journal.segments().get(SECONDS / 2).sealed();
        });
        final SegmentInfo begin = journal.segments().get(SECONDS / 2);
        final long first = index.offsetAfter(log.live.topics().find(TOPIC).id(), begin.firstSequence() - 1);
        assertTrue(first > sent + 1, "the page stands within what goes");
        journal.trim(begin.firstSequence());

        shard.room = Integer.MAX_VALUE;
        Await.until("the page's end", () -> {
            work();
            return shard.endCount >= 0;
        });
        return first;
    }
}
