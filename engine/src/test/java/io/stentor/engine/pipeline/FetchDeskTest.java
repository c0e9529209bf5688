package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.fanout.directory.CursorDirectory;
import io.stentor.journal.TopicIndex;
import io.stentor.transport.wire.FetchEncoder;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.FragmentSource;
import io.stentor.transport.wire.MessageHeaderEncoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A storm of fetches from one shard, beside shards that ask for little. */
final class FetchDeskTest {

    private static final String TOPIC = "chat:1";
    private static final int MESSAGES = 1_000;
    private static final long TICKET = 77;

    /** Fragments of fetches on their way to the engine. */
    private static final class Fetched extends ConnectedLink implements FragmentSource {

        private final ArrayDeque<UnsafeBuffer> fragments = new ArrayDeque<>();

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length) {
            final byte[] fragment = new byte[length];
            buffer.getBytes(offset, fragment);
            fragments.add(new UnsafeBuffer(fragment));
            return 1;
        }

        @Override
        public int poll(final FragmentHandler handler, final int fragmentLimit) {
            int polled = 0;
            while (polled < fragmentLimit && !fragments.isEmpty()) {
                final UnsafeBuffer fragment = fragments.remove();
                handler.onFragment(1, fragment, 0, fragment.capacity());
                polled++;
            }
            return polled;
        }

        @Override
        public String originOf(final long sourceId) {
            return "memory";
        }

        @Override
        public void close() {
            fragments.clear();
        }
    }

    private final RecordedLog log = new RecordedLog(1).runSeconds(10, MESSAGES / 10, TOPIC);
    private final Fetched fetched = new Fetched();
    private final FragmentPacker packer = new FragmentPacker(fetched);
    private final List<Throwable> errors = new ArrayList<>();
    private final ShardEnd storm = new ShardEnd();
    private final ShardEnd second = new ShardEnd();
    private final ShardEnd third = new ShardEnd();
    private TopicIndex index;
    private FetchDesk desk;

    @BeforeEach
    void open() {
        index = TopicIndex.open(log.journal, 0, (buffer, offset, length) -> {}, errors::add);
        while (index.poll(MESSAGES) > 0) {
            // Reads on until the journal's end.
        }
        final TopicReader reader = new TopicReader(
                index, log.journal, log.live.topics(), new LossCheck(index, log.journal.givenUp()), errors::add);
        desk = new FetchDesk(
                List.of(fetched),
                log.live.topics(),
                reader,
                new CursorDirectory(),
                new LogIdentity(log.journal.logId(), log.live.term(), 1),
                errors::add);
        desk.open(1, TICKET, storm);
        desk.open(2, TICKET, second);
        desk.open(3, TICKET, third);
    }

    @AfterEach
    void close() {
        index.close();
        log.journal.close();
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldServeOthersBetweenTheFetchesOfAStorm() {
        fetch(1, 500, MESSAGES);
        fetch(2, 1, 60);
        fetch(3, 1, 60);
        int cycles = 0;
        while (second.ends + third.ends < 2) {
            final int before = sent();
            desk.doWork();
            cycles++;
            assertTrue(sent() - before <= PageBudget.RECORDS_PER_CYCLE, sent() - before + " records in one cycle");
        }

        assertTrue(cycles <= 2, cycles + " cycles");
        assertEquals(60, second.records);
        assertEquals(60, third.records);
        assertTrue(storm.records > 0 && storm.ends == 0, storm.records + " records of the storm");
    }

    @Test
    void shouldBoundPagesWithoutRecordsToo() {
        fetch(1, 2_000, 0);
        int before = 0;
        while (storm.ends < 2_000) {
            desk.doWork();
            assertTrue(
                    storm.ends - before <= PageBudget.RECORDS_PER_CYCLE, storm.ends - before + " pages in one cycle");
            before = storm.ends;
        }
    }

    @Test
    void shouldLeaveOutFetchesBeyondItsQueue() {
        // All come within one cycle, in which some are answered after they were taken.
        final int asked = 2 * PageStream.WAITING_MAX;
        fetch(1, asked, 0);
        while (desk.doWork() > 0) {
            // Goes on until nothing is left.
        }

        assertTrue(storm.ends >= PageStream.WAITING_MAX && storm.ends < asked, storm.ends + " of " + asked);
    }

    @Test
    void shouldGoOnWhenAShardLeavesInItsTurn() {
        fetch(1, 3, 10);
        fetch(3, 1, 10);
        desk.close(2);
        desk.close(1);
        while (third.ends == 0) {
            assertTrue(desk.doWork() > 0);
        }

        assertEquals(10, third.records);
        assertEquals(0, storm.records);
    }

    private int sent() {
        return storm.records + second.records + third.records;
    }

    private void fetch(final int shardId, final int count, final int messages) {
        final FetchEncoder encoder = new FetchEncoder();
        final MessageHeaderEncoder header = new MessageHeaderEncoder();
        for (int i = 0; i < count; i++) {
            final int length = MessageHeaderEncoder.ENCODED_LENGTH + FetchEncoder.BLOCK_LENGTH + 100;
            assertTrue(packer.claim(length) || (packer.flush() > 0 && packer.claim(length)));
            encoder.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                    .shardId(shardId)
                    .ticket(TICKET)
                    .correlationId(i)
                    .logId(log.journal.logId())
                    .term(log.live.term())
                    .topicOffset(0)
                    .afterSequence(0)
                    .throughSequence(0)
                    .messagesMax(messages)
                    .bytesMax(0)
                    .reverse((short) 0)
                    .cursorDevice((short) 0)
                    .topicName(TOPIC)
                    .user("")
                    .device("");
            packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength());
        }
        packer.flush();
    }
}
