package io.stentor.transport.gateway.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import io.stentor.transport.gateway.api.HttpAnswer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Answers the requests of one HTTP connection in the order in which they came, whichever is ready first (RFC 9112,
 * section 9.3.2). Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes a channel whose write fails: that event is what counts.
final class AnswerQueue {

    /** How many requests of one connection may wait; with more, the connection is not read from. */
    private static final int WAITING_MAX = 64;

    /** How long a client that is refused in the middle of its body may go on sending it, unread. */
    private static final int LINGER_SECONDS = 5;

    /** The turn of one request. */
    final class Turn {

        private final boolean keepAlive;
        private HttpAnswer answer;
        private boolean withoutBody;
        private boolean inBody;

        private Turn(final boolean keepAlive) {
            this.keepAlive = keepAlive;
        }

        /** Leaves the body out of the answer, as HEAD wants it. */
        Turn withoutBody() {
            withoutBody = true;
            return this;
        }

        /**
         * The request's body is still being sent. A socket that is closed with bytes unread is reset, and the answer may be lost
         * with it (RFC 9112, section 9.6): so the rest is read and dropped until the client closes, for a time.
         */
        Turn inBody() {
            inBody = true;
            return this;
        }

        /** Any thread: the request is answered. */
        void answer(final HttpAnswer ready) {
            if (channel.eventLoop().inEventLoop()) {
                answer = ready;
                write();
            } else {
                channel.eventLoop().execute(() -> {
                    answer = ready;
                    write();
                });
            }
        }
    }

    private final Channel channel;
    private final ArrayDeque<Turn> turns = new ArrayDeque<>(2);
    private boolean closing;

    AnswerQueue(final Channel channel) {
        this.channel = channel;
    }

    /** Whether nothing waits for an answer. */
    boolean isEmpty() {
        return turns.isEmpty();
    }

    /** The turn of a request that has come. */
    Turn next(final boolean keepAlive) {
        final Turn turn = new Turn(keepAlive);
        turns.add(turn);
        if (turns.size() == WAITING_MAX) {
            channel.config().setAutoRead(false);
        }
        return turn;
    }

    /** Closes the connection after what waits has been answered. */
    void finish() {
        closing = true;
        if (turns.isEmpty()) {
            channel.close();
        }
    }

    private void write() {
        boolean written = false;
        while (!turns.isEmpty() && turns.peek().answer != null) {
            final Turn turn = turns.poll();
            final boolean last = !turn.keepAlive || (closing && turns.isEmpty());
            final var future = channel.write(response(turn, last));
            if (last) {
                turns.clear();
                future.addListener(turn.inBody ? this::linger : ChannelFutureListener.CLOSE);
            }
            written = true;
        }
        if (written) {
            channel.flush();
        }
        if (turns.size() < WAITING_MAX && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    private void linger(final Future<?> written) {
        if (written.isSuccess() && channel instanceof final DuplexChannel duplex) {
            duplex.shutdownOutput();
            channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        } else {
            channel.close();
        }
    }

    private static FullHttpResponse response(final Turn turn, final boolean last) {
        final HttpAnswer answer = turn.answer;
        final FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                turn.withoutBody ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        if (answer.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
            response.headers()
                    .set(HttpHeaderNames.ALLOW, answer.contentType().startsWith("text") ? "GET, HEAD" : "POST");
        }
        if (answer.status() == HttpResponseStatus.UPGRADE_REQUIRED.code()) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, Admission.VERSION);
        }
        if (last) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return response;
    }
}
