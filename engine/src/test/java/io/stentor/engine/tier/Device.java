package io.stentor.engine.tier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.stentor.engine.history.Witness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One of many devices on one event loop. It does what an SDK does: comes back with recovery whenever its session ends, to
 * the next shard, subscribes again when it is told to, pages where the gap is too long to be recovered at once, and now and
 * then acknowledges. It writes down what it holds, asks and sees. The event loop's, but where it says otherwise.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What is not written ends with its channel, and that is noticed.
final class Device {

    /** A session of the device. */
    private final class Session extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final int shard;
        private final Map<Long, Consumer<JsonValue>> waiting = new HashMap<>();
        private Channel channel;
        private long commandId;
        private int closeCode = -1;
        private boolean open;

        Session(final int shard) {
            this.shard = shard;
        }

        void command(final String name, final Map<String, ?> params, final Consumer<JsonValue> onAnswer) {
            final long id = ++commandId;
            waiting.put(id, onAnswer);
            final Map<String, Object> command = new LinkedHashMap<>();
            command.put("id", id);
            command.put(name, params);
            channel.writeAndFlush(new TextWebSocketFrame(JsonValue.write(command)));
        }

        @Override
        public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                channel = context.channel();
                command("connect", Map.of("token", token), answer -> connected(this, answer));
            }
        }

        @Override
        protected void channelRead0(final ChannelHandlerContext context, final WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                text.text().lines().filter(line -> !line.isBlank()).forEach(this::received);
            } else if (frame instanceof CloseWebSocketFrame close) {
                closeCode = close.statusCode();
                context.close();
            }
        }

        private void received(final String line) {
            try {
                final JsonValue reply = JsonValue.parse(line);
                if (reply.fields().isEmpty()) {
                    channel.writeAndFlush(new TextWebSocketFrame("{}"));
                } else if (reply.at("id").isAbsent()) {
                    pushed(this, reply.at("push"));
                } else {
                    waiting.remove(reply.at("id").number()).accept(reply);
                }
            } catch (final AssertionError | RuntimeException ex) {
                devices.violation(name + ": " + ex + " by " + line);
            }
        }

        @Override
        public void channelInactive(final ChannelHandlerContext context) {
            ended(this);
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable fault) {
            devices.fault(fault);
            context.close();
        }
    }

    /** What the device knows of one topic. */
    private static final class Stream {
        private final String topic;
        private String epoch = "";
        private boolean known;

        /** What was pushed while it pages; null while it does not. */
        private List<JsonValue> held;

        /** Written by the event loop, read by any thread. */
        private volatile long offset;

        /** Since the last subscribe. */
        private final AtomicInteger acksRefused = new AtomicInteger();

        /** True while it is subscribed and has everything. Written by the event loop, read by any thread. */
        private volatile boolean live;

        Stream(final String topic) {
            this.topic = topic;
        }
    }

    /** From 3500 and from 4500 on the server says that there is no way back. */
    private static final int FATAL_MIN = 3500;

    private static final int FATAL_MAX = 3999;
    private static final int RETRY_MIN_MS = 50;
    private static final int RETRY_MAX_MS = 1_000;
    private static final int UNSUBSCRIBED_FOR_GOOD_MAX = 2499;
    private static final int UNRECOVERABLE = 112;
    private static final int BAD_REQUEST = 107;
    private static final int PAGE_LENGTH = 500;

    /** A device that acknowledged each message would be heard more than it hears. */
    private static final int ACK_EVERY = 25;

    private final Devices devices;
    private final String name;
    private final String token;
    private final int home;
    private final Witness witness;
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private Session session;
    private boolean closed;
    private boolean goingHome;
    private int next;
    private int retryMs = RETRY_MIN_MS;
    private long received;

    /** Written by the event loop, read by any thread. */
    private volatile int shard = -1;

    /**
     * A device that is not connected yet.
     *
     * @param home the number of the shard that it likes best.
     */
    Device(
            final Devices devices,
            final String name,
            final String token,
            final int home,
            final List<String> topics,
            final Witness witness) {
        this.devices = devices;
        this.name = name;
        this.token = token;
        this.home = home;
        this.next = home;
        this.witness = witness;
        topics.forEach(topic -> streams.put(topic, new Stream(topic)));
    }

    String name() {
        return name;
    }

    Witness witness() {
        return witness;
    }

    /** Any thread. */
    Iterable<String> topics() {
        return streams.keySet();
    }

    /** The offset of a topic up to which it has seen everything. Any thread. */
    long offset(final String topic) {
        return streams.get(topic).offset;
    }

    /** Whether it is subscribed to all of its topics and pages none. Any thread. */
    boolean isLive() {
        return shard >= 0 && streams.values().stream().allMatch(stream -> stream.live);
    }

    /** Acknowledgements that were refused to a subscription that is whole. Any thread. */
    int acksRefused() {
        return streams.values().stream()
                .mapToInt(stream -> stream.acksRefused.get())
                .sum();
    }

    /** The shard of its session; negative without one. Any thread. */
    int shard() {
        return shard;
    }

    /** Opens a session. */
    void connect() {
        if (!closed) {
            devices.open(next, new Session(next), this::connectLater);
        }
    }

    /** Reads nothing any more, or reads again. */
    void reading(final boolean reading) {
        if (session != null) {
            session.channel.config().setAutoRead(reading);
        }
    }

    /** Goes to the shard that it likes best if it is elsewhere, and nowhere else until it is there. */
    void goHome() {
        if (session != null && session.shard == home) {
            return;
        }
        goingHome = true;
        next = home;
        if (session != null) {
            leave();
            connect();
        }
    }

    /** Goes away for good. */
    void close() {
        closed = true;
        if (session != null) {
            leave();
        }
    }

    private void leave() {
        final Channel channel = session.channel;
        detach();
        channel.close();
    }

    private void detach() {
        session = null;
        shard = -1;
        streams.values().forEach(stream -> {
            stream.live = false;
            stream.held = null;
        });
    }

    private void connectLater() {
        next = goingHome ? home : (next + 1) % devices.shards();
        final int delayMs = ThreadLocalRandom.current().nextInt(retryMs / 2, retryMs);
        retryMs = Math.min(RETRY_MAX_MS, 2 * retryMs);
        devices.later(delayMs, this::connect);
    }

    private void ended(final Session from) {
        if (!from.open) {
            // It never was a session: nobody answers there, or not now.
            connectLater();
        } else if (session == from) {
            detach();
            if (isFatal(from.closeCode)) {
                devices.violation(name + " was told not to come back: " + from.closeCode);
            }
            devices.ended(new Devices.End(name, from.shard, System.nanoTime(), from.closeCode));
            next = from.shard;
            connectLater();
        }
    }

    private static boolean isFatal(final int code) {
        return code >= FATAL_MIN && code <= FATAL_MAX;
    }

    private void connected(final Session by, final JsonValue answer) {
        if (closed) {
            by.channel.close();
            return;
        }
        if (answer.at("connect").isAbsent()) {
            require(answer.at("error").at("temporary").value() == Boolean.TRUE, "connect", answer);
            by.channel.close();
            return;
        }
        by.open = true;
        session = by;
        shard = by.shard;
        goingHome &= shard != home;
        retryMs = RETRY_MIN_MS;
        streams.values().forEach(stream -> subscribe(by, stream));
    }

    private void subscribe(final Session by, final Stream stream) {
        if (session != by) {
            return;
        }
        final Map<String, Object> params = new LinkedHashMap<>();
        params.put("channel", stream.topic);
        if (stream.known) {
            params.put("recover", true);
            params.put("epoch", stream.epoch);
            params.put("offset", stream.offset);
            witness.asked(stream.topic, stream.epoch, stream.offset);
        }
        by.command("subscribe", params, answer -> subscribed(by, stream, answer));
    }

    private void subscribed(final Session by, final Stream stream, final JsonValue answer) {
        final JsonValue subscribe = answer.at("subscribe");
        if (subscribe.isAbsent()) {
            again(answer, "subscribe", () -> subscribe(by, stream));
            return;
        }
        final boolean recovered = subscribe.at("recovered").value() == Boolean.TRUE;
        final long position = subscribe.at("offset").numberOrZero();
        final String epoch = subscribe.at("epoch").text();
        if (!recovered && stream.known) {
            stream.held = new ArrayList<>();
            devices.countPaged();
            page(by, stream, epoch, position, true);
            return;
        }
        if (recovered) {
            devices.countRecovered();
            witness.recovered(stream.topic, epoch, position);
        } else {
            witness.began(stream.topic, epoch, position);
        }
        stream.known = true;
        stream.epoch = epoch;
        stream.offset = position;
        stream.acksRefused.set(0);
        final JsonValue missed = subscribe.at("publications");
        if (!missed.isAbsent()) {
            missed.items().forEach(publication -> accept(stream, publication));
        }
        stream.live = true;
    }

    /** Reads on from what it has to the top at which it was subscribed, then what was pushed meanwhile. */
    private void page(
            final Session by, final Stream stream, final String topEpoch, final long top, final boolean first) {
        if (session != by) {
            return;
        }
        final Map<String, ?> params = Map.of(
                "channel",
                stream.topic,
                "limit",
                PAGE_LENGTH,
                "since",
                Map.of("offset", stream.offset, "epoch", stream.epoch));
        by.command("history", params, answer -> {
            if (session != by) {
                return;
            }
            final JsonValue history = answer.at("history");
            if (answer.at("error").at("code").numberOrZero() == UNRECOVERABLE) {
                devices.countSnapshot();
                witness.snapshot(stream.topic, topEpoch, top);
                stream.offset = top;
            } else if (history.isAbsent()) {
                again(answer, "history", () -> page(by, stream, topEpoch, top, first));
                return;
            } else {
                if (first) {
                    witness.recovered(stream.topic, topEpoch, stream.offset);
                }
                stream.epoch = topEpoch;
                final JsonValue publications = history.at("publications");
                final long before = stream.offset;
                if (!publications.isAbsent()) {
                    publications.items().stream()
                            .filter(publication -> publication.at("offset").number() <= top)
                            .forEach(publication -> accept(stream, publication));
                }
                if (stream.offset < top) {
                    require(stream.offset > before, "history", answer);
                    page(by, stream, topEpoch, top, false);
                    return;
                }
            }
            stream.epoch = topEpoch;
            final List<JsonValue> held = stream.held;
            stream.held = null;
            stream.acksRefused.set(0);
            held.forEach(publication -> accept(stream, publication));
            stream.live = true;
        });
    }

    private void again(final JsonValue answer, final String what, final Runnable retry) {
        final boolean temporary = answer.at("error").at("temporary").value() == Boolean.TRUE;
        require(temporary, what, answer);
        devices.countTemporary();
        devices.later(ThreadLocalRandom.current().nextInt(RETRY_MIN_MS, 4 * RETRY_MIN_MS), retry);
    }

    private void pushed(final Session by, final JsonValue push) {
        if (session != by) {
            return;
        }
        if (!push.at("pub").isAbsent()) {
            final Stream stream = streams.get(push.at("channel").text());
            if (stream.held != null) {
                stream.held.add(push.at("pub"));
                return;
            }
            devices.times()
                    .received(by.shard, push.at("pub").at("data").at("key").text());
            accept(stream, push.at("pub"));
            acknowledge(by, stream);
        } else if (!push.at("unsubscribe").isAbsent()) {
            final long code = push.at("unsubscribe").at("code").number();
            require(code > UNSUBSCRIBED_FOR_GOOD_MAX, "subscription", push);
            devices.countBehind();
            final Stream stream = streams.get(push.at("channel").text());
            stream.live = false;
            stream.held = null;
            devices.later(ThreadLocalRandom.current().nextInt(RETRY_MIN_MS), () -> subscribe(by, stream));
        } else if (!push.at("disconnect").isAbsent()) {
            by.closeCode = (int) push.at("disconnect").at("code").number();
            by.channel.close();
        }
    }

    private void acknowledge(final Session by, final Stream stream) {
        if (++received % ACK_EVERY == 0) {
            by.command(
                    "rpc",
                    Map.of("method", "ack", "data", Map.of("topic", stream.topic, "offset", stream.offset)),
                    answer -> acknowledged(stream, answer));
        }
    }

    /** One who fell behind hears that its acknowledgements are of no subscription before it hears that it fell behind. */
    private void acknowledged(final Stream stream, final JsonValue answer) {
        if (answer.at("error").at("code").numberOrZero() == BAD_REQUEST) {
            stream.acksRefused.incrementAndGet();
        } else {
            require(
                    answer.at("error").isAbsent()
                            || answer.at("error").at("temporary").value() == Boolean.TRUE,
                    "ack",
                    answer);
        }
    }

    private void require(final boolean fine, final String what, final JsonValue answer) {
        if (!fine) {
            devices.violation(name + ": " + what + " was answered with " + answer);
        }
    }

    /** Not judged here: what is wrong with it is in the history. */
    private void accept(final Stream stream, final JsonValue publication) {
        final long offset = publication.at("offset").number();
        witness.delivered(
                stream.topic,
                stream.epoch,
                offset,
                JsonValue.write(publication.at("data")).getBytes(StandardCharsets.UTF_8));
        stream.offset = offset;
    }
}
