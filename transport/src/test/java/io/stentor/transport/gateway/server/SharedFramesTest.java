package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.gateway.codec.ClientCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Frames are shared by those who have the same to write, and by nobody else; each count is given back once. */
@ExtendWith(LeakWatch.class)
final class SharedFramesTest {

    private final List<ByteBuf> messages = new ArrayList<>();
    private final ByteBuf first = message("1");
    private final ByteBuf second = message("2");
    private final ByteBuf third = message("3");
    private final SharedFrames frames = new SharedFrames();

    @AfterEach
    void release() {
        frames.end();
        messages.forEach(message -> assertEquals(1, message.refCnt(), "counts of " + message));
        messages.forEach(ByteBuf::release);
    }

    @Test
    void shouldGiveTheSameFrameToThoseThatHaveTheSameToWrite() {
        final int one = have(first, second);
        final int other = have(first, second);

        assertEquals(one, other);
        final ByteBuf ofOne = write(one);
        final ByteBuf ofOther = write(other);
        assertEquals(ofOne.memoryAddress(), ofOther.memoryAddress());
        ofOne.skipBytes(2);
        assertEquals("1\n2", text(ofOther));
        ofOne.release();
        ofOther.release();
    }

    @Test
    void shouldGiveOtherFramesToThoseThatHaveOtherMessages() {
        final int both = have(first, second);

        for (final int other : List.of(have(first), have(first, third), have(second), have(second, first))) {
            assertNotEquals(both, other);
            frames.leave(other);
        }
        assertFrame("1\n2", both);
        assertFrame("2\n1", have(second, first));
    }

    /** Of two topics some connections have one and some both: their messages come in turn. */
    @Test
    void shouldShareBetweenThoseOfOneTopicAndBetweenThoseOfBoth() {
        int one = SharedFrames.ROOT;
        int likeOne = SharedFrames.ROOT;
        int both = SharedFrames.ROOT;
        int likeBoth = SharedFrames.ROOT;
        one = have(one, first);
        both = have(both, first);
        likeOne = have(likeOne, first);
        likeBoth = have(likeBoth, first);
        both = have(both, second);
        likeBoth = have(likeBoth, second);
        one = have(one, third);
        both = have(both, third);
        likeOne = have(likeOne, third);
        likeBoth = have(likeBoth, third);

        assertEquals(one, likeOne);
        assertEquals(both, likeBoth);
        assertFrame("1\n3", one);
        assertFrame("1\n2\n3", both);
        frames.leave(likeOne);
        frames.leave(likeBoth);
    }

    @Test
    void shouldMakeFrameOfEachLanguage() {
        final int node = have(first);
        final ByteBuf text = write(node);
        final ByteBuf binary = frames.frame(node, ClientCodec.PROTOBUF, UnpooledByteBufAllocator.DEFAULT);

        assertNotEquals(text.memoryAddress(), binary.memoryAddress());
        text.release();
        binary.release();
    }

    @Test
    void shouldBeginNewFrameWhenOneIsLongEnough() {
        final ByteBuf longer = message("x".repeat(ClientOutbox.FRAME_PACK_MAX));
        final int node = have(first, longer, second, third);

        final int end = frames.firstFrame(SharedFrames.ROOT, node);
        assertEquals(2, frames.count(end));
        assertEquals(1 + ClientOutbox.FRAME_PACK_MAX, frames.bytes(end));
        assertEquals(node, frames.firstFrame(end, node));
        final ByteBuf frame = frames.frame(node, ClientCodec.JSON, UnpooledByteBufAllocator.DEFAULT);
        assertEquals("2\n3", text(frame));
        frame.release();

        final List<Object> queue = new ArrayList<>();
        frames.queue(end, node, queue);
        frames.leave(end);
        assertEquals(List.of(second, third), queue);
        queue.forEach(message -> ((ByteBuf) message).release());
    }

    @Test
    void shouldTakeNoMoreThanItHasRoomFor() {
        int node = SharedFrames.ROOT;
        int next = node;
        int taken = -1;
        while (next != SharedFrames.FULL) {
            node = next;
            taken++;
            next = frames.next(node, message("" + taken).retain());
        }
        messages.get(messages.size() - 1).release();

        final List<Object> queue = new ArrayList<>();
        frames.queue(SharedFrames.ROOT, node, queue);
        assertEquals(taken, queue.size());
        queue.forEach(message -> ((ByteBuf) message).release());
        frames.end();
        final int again = have(first);
        assertNotEquals(SharedFrames.FULL, again);
        frames.leave(again);
    }

    /** Somebody brings a count of each message. */
    private int have(final ByteBuf... had) {
        int node = SharedFrames.ROOT;
        for (final ByteBuf message : had) {
            node = have(node, message);
        }
        return node;
    }

    private int have(final int node, final ByteBuf message) {
        return frames.next(node, message.retain());
    }

    private ByteBuf write(final int node) {
        final ByteBuf frame = frames.frame(node, ClientCodec.JSON, UnpooledByteBufAllocator.DEFAULT);
        frames.leave(node);
        return frame;
    }

    private void assertFrame(final String expected, final int node) {
        final ByteBuf frame = write(node);
        assertEquals(expected, text(frame));
        frame.release();
    }

    /** Without the header of two bytes. */
    private static String text(final ByteBuf frame) {
        return frame.toString(frame.readerIndex() + 2, frame.readableBytes() - 2, StandardCharsets.US_ASCII);
    }

    private ByteBuf message(final String content) {
        final ByteBuf message = Unpooled.copiedBuffer(content, StandardCharsets.US_ASCII);
        messages.add(message);
        return message;
    }
}
