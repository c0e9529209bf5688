package io.stentor.perf.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what was published to every socket: what has come while the last frame was being written shares the next one, up to
 * as many messages as the server that is compared put into a frame. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel, and that fails the run.
final class BareFanout implements Runnable {

    private static final String WHO =
            ",\"info\":{\"user\":\"publisher\",\"client\":\"00000000-0000-0000-0000-000000000000\"}}}}";

    private final List<Channel> subscribers = new ArrayList<>();
    private final String before;
    private final int frameMessages;
    private long offset;
    private int pending;
    private boolean scheduled;

    BareFanout(final String topic, final String payload, final int frameMessages) {
        this.before = "{\"push\":{\"channel\":\"" + topic + "\",\"pub\":{\"data\":" + payload + ",\"offset\":";
        this.frameMessages = frameMessages;
    }

    void subscribe(final Channel channel) {
        subscribers.add(channel);
    }

    /** So many messages have come at once. */
    void publish(final int messages) {
        pending += messages;
        if (pending > 0 && !scheduled) {
            scheduled = true;
            subscribers.get(0).eventLoop().execute(this);
        }
    }

    @Override
    public void run() {
        final int messages = Math.min(pending, frameMessages);
        pending -= messages;
        final ByteBuf frame = frame(messages);
        for (final Channel subscriber : subscribers) {
            subscriber.writeAndFlush(frame.retainedDuplicate(), subscriber.voidPromise());
        }
        frame.release();
        scheduled = pending > 0;
        if (scheduled) {
            // After what has come meanwhile is read.
            subscribers.get(0).eventLoop().execute(this);
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
