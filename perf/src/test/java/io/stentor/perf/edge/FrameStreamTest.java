package io.stentor.perf.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames are found wherever the stream is cut. */
final class FrameStreamTest {

    private static final String LONG = "y".repeat(70_000);
    private static final String MIDDLE = "z".repeat(300);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 130, 5_000, 1_000_000})
    void shouldFindHeadAndFramesWhenTheStreamComesInChunks(final int chunkLength) {
        final List<String> found = new ArrayList<>();
        final FrameStream stream = new FrameStream(new FrameStream.Taker() {
            @Override
            public void onHead(final ByteBuf in, final int index, final int length) {
                found.add(in.toString(index, length, StandardCharsets.US_ASCII));
            }

            @Override
            public void onFrame(final int opcode, final ByteBuf in, final int index, final int length) {
                found.add(opcode + in.toString(index, length, StandardCharsets.US_ASCII));
            }
        });
        final ByteBuf all = stream();
        while (all.isReadable()) {
            stream.take(
                    all.readSlice(Math.min(chunkLength, all.readableBytes())).copy());
        }

        assertEquals(List.of("HTTP/1.1 101 ok\r\nA: b", "1{}", "1" + MIDDLE, "1" + LONG, "1masked", "1"), found);
    }

    private static ByteBuf stream() {
        final ByteBuf all = Unpooled.buffer();
        all.writeBytes("HTTP/1.1 101 ok\r\nA: b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        for (final String text : List.of("{}", MIDDLE, LONG)) {
            Frames.header(all, text.length());
            all.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
        final ByteBuf masked = Frames.masked("masked");
        all.writeBytes(masked);
        masked.release();
        Frames.header(all, 0);
        return all;
    }
}
