package io.stentor.perf.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes each batch of messages to every socket. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel, and that fails the run.
final class BareFanout {

    private static final String WHO =
            ",\"info\":{\"user\":\"publisher\",\"client\":\"00000000-0000-0000-0000-000000000000\"}}}}";

    private final List<Channel> subscribers = new ArrayList<>();
    private final String before;
    private final int frameMessages;
    private long offset;

    BareFanout(final String topic, final String payload, final int frameMessages) {
        this.before = "{\"push\":{\"channel\":\"" + topic + "\",\"pub\":{\"data\":" + payload + ",\"offset\":";
        this.frameMessages = frameMessages;
    }

    void subscribe(final Channel channel) {
        subscribers.add(channel);
    }

    /** So many messages have come at once. */
    void publish(final int messages) {
        for (int left = messages; left > 0; left -= frameMessages) {
            final ByteBuf frame = frame(Math.min(left, frameMessages));
            for (final Channel subscriber : subscribers) {
                subscriber.writeAndFlush(frame.retainedDuplicate(), subscriber.voidPromise());
            }
            frame.release();
        }
    }

    private ByteBuf frame(final int messages) {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            lines.append(i == 0 ? "" : "\n").append(before).append(++offset).append(WHO);
        }
        final byte[] content = lines.toString().getBytes(StandardCharsets.US_ASCII);
        final ByteBuf frame = subscribers.get(0).alloc().directBuffer(content.length + 10);
        Frames.header(frame, content.length);
        return frame.writeBytes(content);
    }
}
