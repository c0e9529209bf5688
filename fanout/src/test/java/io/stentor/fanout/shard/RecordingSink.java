package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionSink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;

/** A client that writes down what it is told, and can stop reading. */
final class RecordingSink implements SessionSink {

    final Map<Long, Reply> replies = new LinkedHashMap<>();
    final List<String> publications = new ArrayList<>();
    final List<Push> pushes = new ArrayList<>();
    final List<Disconnect> disconnects = new ArrayList<>();

    /** How many more messages and pushes the outbox takes. */
    int room = Integer.MAX_VALUE;

    boolean throwing;

    @Override
    public boolean onReply(final long commandId, final Reply reply) {
        if (room == 0) {
            return false;
        }
        if (replies.put(commandId, reply) != null) {
            throw new IllegalStateException("command " + commandId + " is answered twice");
        }
        return true;
    }

    @Override
    public boolean onPublication(final Publication publication) {
        if (throwing) {
            throw new IllegalStateException("a sink that breaks its promise");
        }
        if (room == 0) {
            return false;
        }
        room--;
        publications.add(publication.topic() + "@" + publication.offset() + "=" + text(publication.payload()));
        return true;
    }

    @Override
    public boolean onPush(final Push push) {
        if (room == 0) {
            return false;
        }
        room--;
        pushes.add(push);
        return true;
    }

    @Override
    public void disconnect(final Disconnect disconnect) {
        disconnects.add(disconnect);
    }

    /** The answer to a command. */
    <T extends Reply> T reply(final long commandId, final Class<T> type) {
        final Reply reply = replies.get(commandId);
        if (!type.isInstance(reply)) {
            throw new AssertionError("command " + commandId + " was answered " + reply);
        }
        return type.cast(reply);
    }

    ClientError error(final long commandId) {
        return reply(commandId, Reply.Failed.class).error();
    }

    String detail(final long commandId) {
        return reply(commandId, Reply.Failed.class).detail();
    }

    static String text(final DirectBuffer buffer) {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return SimulatedEngine.text(bytes);
    }
}
