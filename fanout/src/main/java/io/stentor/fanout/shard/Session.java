package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionSink;
import org.agrona.collections.Object2LongHashMap;

/**
 * One live connection. {@link #offer} and {@link #close} may be called by any thread, everything else belongs to the
 * shard's.
 */
final class Session implements ClientSession {

    /** The answer of {@link #holds} for a topic that holds nothing back. */
    static final long NO_HOLD = Long.MAX_VALUE;

    /** The load factor of maps that are mostly small. */
    private static final float LOAD_FACTOR = 0.65f;

    /** Buckets of a map of holds to begin with. */
    private static final int HOLDS_INITIAL = 8;

    final SessionTopics subscriptions = new SessionTopics();

    /** The greatest sequence that the sink has taken. */
    long lastSequence;

    /** Everything delivered up to this sequence is acknowledged. */
    long cursor;

    /** The cursor that the engine knows. */
    long cursorSent;

    /** True while the cursor waits to be computed and sent. */
    boolean cursorQueued;

    /** Its index in the table; -1 when it is not there. */
    int index = -1;

    /** The user's session that came before this one; null for none. */
    Session earlier;

    /** The user's session that came after this one; null for none. */
    Session later;

    private final CommandQueue commands;
    private final SessionTable table;
    private final SessionSink sink;
    private ClientInfo who;
    private String device;
    private boolean ending;

    /** Topics that ended with something not acknowledged: the cursor stays below the sequence of it. Null for none. */
    private Object2LongHashMap<String> holds;

    /** Written by any thread, read by any. */
    private volatile boolean closed;

    Session(final CommandQueue commands, final SessionTable table, final SessionSink sink) {
        this.commands = commands;
        this.table = table;
        this.sink = sink;
    }

    @Override
    public boolean offer(final ClientCommand command) {
        return !closed && commands.offer(this, command);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            commands.closed(this);
        }
    }

    boolean isClosed() {
        return closed;
    }

    void connected(final ClientInfo who, final String device) {
        this.who = who;
        this.device = device;
    }

    /** True once the client has said who it is. */
    boolean isConnected() {
        return who != null;
    }

    /** True once nothing more may be said to the client. */
    boolean isEnding() {
        return ending;
    }

    ClientInfo who() {
        return who;
    }

    String user() {
        return who.user();
    }

    String client() {
        return who.client();
    }

    String device() {
        return device;
    }

    /** Answers a command, unless its id is 0; a session whose outbox does not take an answer ends. */
    void reply(final long commandId, final Reply reply) {
        if (commandId == 0 || ending || closed) {
            return;
        }
        try {
            if (!sink.onReply(commandId, reply)) {
                end(Disconnect.SLOW);
            }
        } catch (final RuntimeException ex) {
            failed(ex);
        }
    }

    void fail(final long commandId, final ClientError error) {
        reply(commandId, new Reply.Failed(error));
    }

    /** As {@link #fail(long, ClientError)}, for what passes by itself: says what is the matter. */
    void fail(final long commandId, final ClientError error, final String detail) {
        reply(commandId, new Reply.Failed(error, detail));
    }

    /** Pushes a message; false when the outbox is full. */
    boolean publish(final Publication publication) {
        if (ending || closed) {
            return false;
        }
        try {
            return sink.onPublication(publication);
        } catch (final RuntimeException ex) {
            failed(ex);
            return false;
        }
    }

    /** Pushes anything else; false when the outbox is full. */
    boolean push(final Push push) {
        if (ending || closed) {
            return false;
        }
        try {
            return sink.onPush(push);
        } catch (final RuntimeException ex) {
            failed(ex);
            return false;
        }
    }

    /** Ends the session at the end of the duty cycle; its client is told why. */
    void end(final Disconnect disconnect) {
        if (!ending) {
            ending = true;
            table.ending(this);
            if (!closed) {
                disconnect(disconnect);
            }
        }
    }

    /** Ends the session at the end of the duty cycle, its socket having gone. */
    void endSilently() {
        if (!ending) {
            ending = true;
            table.ending(this);
        }
    }

    /** Keeps the cursor at or below {@code sequence} until the topic is subscribed to again. */
    void hold(final String topicName, final long sequence) {
        if (holds == null) {
            holds = new Object2LongHashMap<>(HOLDS_INITIAL, LOAD_FACTOR, NO_HOLD);
        }
        holds.put(topicName, Math.min(sequence, holds.getValue(topicName)));
    }

    void unhold(final String topicName) {
        if (holds != null) {
            holds.removeKey(topicName);
        }
    }

    /** How many topics hold the cursor back. */
    int holds() {
        return holds == null ? 0 : holds.size();
    }

    /** The sequence that held topics keep the cursor at; {@link #NO_HOLD} for none. */
    long heldSequence() {
        long lowest = NO_HOLD;
        if (holds != null) {
            final Object2LongHashMap<String>.ValueIterator values =
                    holds.values().iterator();
            while (values.hasNext()) {
                lowest = Math.min(lowest, values.nextLong());
            }
        }
        return lowest;
    }

    private void failed(final RuntimeException ex) {
        table.onError(ex);
        end(Disconnect.INTERNAL_ERROR);
    }

    private void disconnect(final Disconnect disconnect) {
        try {
            sink.disconnect(disconnect);
        } catch (final RuntimeException ex) {
            table.onError(ex);
        }
    }
}
