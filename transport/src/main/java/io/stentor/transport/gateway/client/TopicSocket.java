package io.stentor.transport.gateway.client;

import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One WebSocket of a {@link TopicClient}: whole messages in, one message at a time out. The JDK calls it on its own
 * threads, one at a time; {@link #send}, {@link #close} and {@link #abort} are for the client's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails ends the socket, and that is told.
final class TopicSocket implements WebSocket.Listener {

    private final TopicClient client;
    private final StringBuilder message = new StringBuilder();
    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    private CompletableFuture<WebSocket> sent = opened;

    TopicSocket(final TopicClient client) {
        this.client = client;
    }

    /** Sends after what was sent before: the JDK takes one message at a time. */
    void send(final String text) {
        sent = sent.thenCompose(socket -> socket.sendText(text, true));
    }

    void close() {
        sent = sent.thenCompose(socket -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
    }

    void abort() {
        opened.thenAccept(WebSocket::abort);
    }

    @Override
    public void onOpen(final WebSocket socket) {
        opened.complete(socket);
        socket.request(Long.MAX_VALUE);
    }

    @Override
    public CompletionStage<?> onText(final WebSocket socket, final CharSequence part, final boolean last) {
        message.append(part);
        if (last) {
            client.received(this, message.toString());
            message.setLength(0);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onClose(final WebSocket socket, final int code, final String reason) {
        client.closed(this, code, reason);
        return null;
    }

    @Override
    public void onError(final WebSocket socket, final Throwable fault) {
        client.closed(this, 0, fault.getMessage() == null ? "connection lost" : fault.getMessage());
    }
}
