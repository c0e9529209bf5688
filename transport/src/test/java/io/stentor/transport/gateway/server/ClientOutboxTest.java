package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.FakeShard;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.codec.Answer;
import io.stentor.transport.gateway.codec.ClientCodec;
import io.stentor.transport.wire.MessageFlags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client that does not read may cost, and what it loses first. */
@ExtendWith(LeakWatch.class)
final class ClientOutboxTest {

    private static final int BYTES_MAX = 128 * 1024;
    private static final int PAYLOAD_LENGTH = 1000;
    private static final byte[] PAYLOAD =
            ("\"" + "x".repeat(PAYLOAD_LENGTH - 2) + "\"").getBytes(StandardCharsets.US_ASCII);
    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[0]);

    private final FakeShard shard = new FakeShard();
    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final GatewayContext context = new GatewayContext()
            .sessionPort(shard)
            .dev(true)
            .outboxBytesMax(BYTES_MAX)
            .conclude();
    private final Deliveries deliveries = new Deliveries(channel.eventLoop(), 4096, new PassRequests());
    private final ClientOutbox outbox = new ClientOutbox(
            channel,
            deliveries,
            ClientCodec.JSON,
            new ClientOutbox.Speaker() {
                @Override
                public Answer answer(final long tag, final Reply reply) {
                    return new Answer.Published();
                }

                @Override
                public void pushed(final Push push) {}
            },
            context);
    private final ClientInlet inlet = new ClientInlet(outbox, channel, deliveries, ClientCodec.JSON, context);
    private final Publication publication = new Publication();
    private long offset;

    @BeforeEach
    void listen() {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
                outbox.flush();
            }
        });
    }

    @AfterEach
    void close() {
        channel.runPendingTasks();
        outbox.close();
        channel.finishAndReleaseAll();
        shard.close();
    }

    @Test
    void shouldRefusePublicationWhenTheBudgetOfBytesIsSpent() {
        readable(false);

        int taken = 0;
        while (publish()) {
            taken++;
        }

        final long bytes = (long) taken * PAYLOAD_LENGTH;
        assertTrue(bytes > BYTES_MAX / 2, taken + " messages");
        assertTrue(bytes + GatewayContext.SOCKET_BYTES_MAX < BYTES_MAX, taken + " messages");
    }

    @Test
    void shouldTakePublicationAgainWhenTheClientReads() {
        readable(false);
        int taken = 0;
        while (publish()) {
            taken++;
        }

        readable(true);

        assertEquals(taken, written().size());
        assertTrue(publish());
    }

    @Test
    void shouldTakeAnswersAndEndsOfSubscriptionsWhenPublicationsHaveFilledTheirShare() {
        readable(false);
        while (publish()) {
            // Until it is full.
        }

        assertTrue(inlet.onReply(1, new Reply.Unsubscribed()));
        assertTrue(inlet.onPush(new Push.Unsubscribed("t", 2500, "insufficient state")));
    }

    @Test
    void shouldRefuseSignalsBeforePublications() {
        // Nothing runs on the event loop, so everything waits in the ring.
        while (inlet.onPush(new Push.Typing("t", "alice", 6))) {
            // Until their share is full.
        }

        assertTrue(offer());
        assertFalse(inlet.onPush(new Push.Join("t", who("1"))));
    }

    @Test
    void shouldKeepTheLatestOfEachSignalWhenTheClientDoesNotRead() {
        readable(false);
        for (int i = 0; i < 5; i++) {
            push(new Push.Typing("t", "alice", 6));
            push(new Push.Typing("t", "bob", 6));
            push(new Push.Join("t", who("1")));
            push(new Push.Leave("t", who("1")));
            push(new Push.Join("t", who("2")));
        }

        readable(true);

        final List<String> lines = written();
        assertEquals(4, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains("alice"), lines.get(0));
        assertTrue(lines.get(1).contains("bob"), lines.get(1));
        assertTrue(lines.get(2).contains("\"leave\"") && lines.get(2).contains("\"client\":\"1\""), lines.get(2));
        assertTrue(lines.get(3).contains("\"join\"") && lines.get(3).contains("\"client\":\"2\""), lines.get(3));
    }

    @Test
    void shouldTakeNoRoomFromPublicationsWhenSignalsWait() {
        readable(false);
        for (int i = 0; i < 10 * context.outboxMessagesMax(); i++) {
            push(new Push.Typing("t" + i, "alice", 6));
        }

        assertTrue(publish());
        readable(true);
        assertEquals(1 + WaitingSignals.SIGNALS_MAX, written().size());
    }

    @Test
    void shouldForgetTypingWhenItIsOver() {
        readable(false);
        push(new Push.Typing("t", "alice", 6));
        push(new Push.Join("t", who("1")));

        ticker.advance(6, TimeUnit.SECONDS);
        readable(true);

        final List<String> lines = written();
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains("\"join\""), lines.get(0));
    }

    @Test
    void shouldKeepTheOrderOfSignalsAndMessagesWhenTheClientReads() {
        inlet.onPush(new Push.Typing("t", "alice", 6));
        publish();
        inlet.onPush(new Push.Typing("t", "bob", 6));
        channel.runPendingTasks();

        final List<String> lines = written();
        assertTrue(lines.get(0).contains("alice"), lines.get(0));
        assertTrue(lines.get(1).contains("\"pub\""), lines.get(1));
        assertTrue(lines.get(2).contains("bob"), lines.get(2));
    }

    private boolean publish() {
        final boolean taken = offer();
        channel.runPendingTasks();
        return taken;
    }

    private boolean offer() {
        publication
                .reset("t", 1, ++offset, offset, 0, MessageFlags.JSON)
                .payload(new UnsafeBuffer(PAYLOAD), 0, PAYLOAD.length)
                .sender(EMPTY, 0, 0)
                .client(EMPTY, 0, 0)
                .tags(EMPTY, 0, 0);
        final boolean taken = inlet.onPublication(publication);
        publication.clear();
        return taken;
    }

    private void push(final Push push) {
        assertTrue(inlet.onPush(push));
        channel.runPendingTasks();
    }

    /** A socket that is full is not writable; one that has drained tells its handlers. */
    private void readable(final boolean reads) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, reads);
        channel.runPendingTasks();
    }

    /** The lines of all frames that were written. */
    private List<String> written() {
        final List<String> lines = new ArrayList<>();
        ByteBuf frame;
        while ((frame = channel.readOutbound()) != null) {
            final int second = frame.getUnsignedByte(frame.readerIndex() + 1);
            frame.skipBytes(second < 126 ? 2 : second == 126 ? 4 : 10);
            lines.addAll(frame.toString(StandardCharsets.UTF_8).lines().toList());
            frame.release();
        }
        return lines;
    }

    private static ClientInfo who(final String client) {
        return new ClientInfo(client, "carol", null);
    }
}
