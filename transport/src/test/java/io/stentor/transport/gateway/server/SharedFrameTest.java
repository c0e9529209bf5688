package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.gateway.codec.ClientCodec;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A frame is shared by those who have the same to write, and by nobody else. */
@ExtendWith(LeakWatch.class)
final class SharedFrameTest {

    private final ByteBuf first = Unpooled.copyInt(1);
    private final ByteBuf second = Unpooled.copyInt(2);
    private final ByteBuf third = Unpooled.copyInt(3);
    private final ByteBuf made = Unpooled.copyInt(1, 2);
    private final SharedFrame shared = new SharedFrame();

    @AfterEach
    void release() {
        shared.end();
        List.of(first, second, third, made).forEach(ByteBuf::release);
    }

    @Test
    void shouldShareWhenTheSameMessagesComeFirst() {
        keep();

        for (final List<Object> backlog :
                List.of(List.<Object>of(first, second), List.<Object>of(first, second, third))) {
            final ByteBuf frame = shared.of(new ArrayDeque<>(backlog), ClientCodec.JSON);
            assertSame(made, frame.unwrap());
            frame.skipBytes(Integer.BYTES);
            assertEquals(0, made.readerIndex());
            frame.release();
        }
    }

    @Test
    void shouldNotShareWhenMessagesDiffer() {
        keep();

        assertNull(shared.of(new ArrayDeque<>(List.of(first)), ClientCodec.JSON));
        assertNull(shared.of(new ArrayDeque<>(List.of(first, third)), ClientCodec.JSON));
        assertNull(shared.of(new ArrayDeque<>(List.of(third, second)), ClientCodec.JSON));
    }

    @Test
    void shouldNotShareWhenTheClientSpeaksOtherwise() {
        keep();

        assertNull(shared.of(new ArrayDeque<>(List.of(first, second)), ClientCodec.PROTOBUF));
    }

    @Test
    void shouldNotShareWhenThePassHasEnded() {
        keep();
        shared.end();

        assertNull(shared.of(new ArrayDeque<>(List.of(first, second)), ClientCodec.JSON));
        assertEquals(1, made.refCnt());
    }

    private void keep() {
        shared.begin();
        shared.clear();
        shared.add(first);
        shared.add(second);
        shared.keep(made, ClientCodec.JSON);
    }
}
