package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.Await;
import io.stentor.journal.ChronicleJournal;
import io.stentor.journal.JournalContext;
import io.stentor.journal.SegmentInfo;
import io.stentor.journal.TopicIndex;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.PageDecoder;
import io.stentor.transport.wire.PageEndDecoder;
import io.stentor.transport.wire.PageRecordDecoder;
import io.stentor.transport.wire.ResultCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.agrona.DirectBuffer;
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

    /** Takes so many fragments and reads what is in them as a shard would. */
    private static final class ShardEnd implements FragmentLink {

        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        private final List<ResultCode> begun = new ArrayList<>();
        private final List<Long> offsets = new ArrayList<>();
        private int room;
        private int endCount = -1;

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length) {
            if (room == 0) {
                return BACK_PRESSURED;
            }
            room--;
            assertTrue(FragmentReader.read(buffer, offset, length, this::onMessage));
            return 1;
        }

        @Override
        public int fragmentLengthMax() {
            return 128 * 1024;
        }

        @Override
        public int fragmentLengthPreferred() {
            return 16 * 1024;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public void close() {
            room = 0;
        }

        private void onMessage(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
            switch (templateId) {
                case PageDecoder.TEMPLATE_ID -> {
                    offsets.clear();
                    begun.add(new PageDecoder()
                            .wrapAndApplyHeader(buffer, offset, header)
                            .code());
                }
                case PageRecordDecoder.TEMPLATE_ID ->
                    offsets.add(new PageRecordDecoder()
                            .wrapAndApplyHeader(buffer, offset, header)
                            .topicOffset());
                case PageEndDecoder.TEMPLATE_ID ->
                    endCount = new PageEndDecoder()
                            .wrapAndApplyHeader(buffer, offset, header)
                            .count();
                default -> throw new AssertionError("message " + templateId);
            }
        }
    }

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
            pages.doWork();
        }

        final long head = topic.equals(TOPIC) ? MESSAGES : 0;
        assertEquals(List.of(ResultCode.OK), shard.begun);
        assertEquals(head == 0 ? List.of() : List.of(head, head - 1, head - 2), shard.offsets);
        assertEquals(shard.offsets.size(), shard.endCount);
    }

    /** Trims the first half of the journal when two fragments of a page are out; the first offset that is left. */
    private long trimWithinPage(final TopicPosition position) {
        shard.room = 2;
        pages.add(new PageJob(1, log.live.topics().find(TOPIC), position, -1, 0, new PageLimits(-1, 0, false)));
        for (int i = 0; i < 10; i++) {
            pages.doWork();
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
            pages.doWork();
            return shard.endCount >= 0;
        });
        return first;
    }
}
