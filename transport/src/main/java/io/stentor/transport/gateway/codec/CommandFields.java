package io.stentor.transport.gateway.codec;

import io.stentor.transport.gateway.StreamPosition;

/**
 * What has been read of one command so far. The commands share the names and meanings of their fields, so that one set
 * serves all of them, in either encoding.
 */
final class CommandFields {

    /** The bit of a subscribe's {@code flag} that asks for an error instead of an unrecovered subscription. */
    private static final long REJECT_UNRECOVERED = 2;

    long id;
    CommandKind kind = CommandKind.PONG;
    String topic = "";
    String token = "";
    String method = "";
    String epoch = "";
    byte[] data;
    boolean recover;
    boolean joinLeave;
    boolean reverse;
    boolean since;
    long offset;
    long flag;
    int limit;

    /**
     * Names the command.
     *
     * @return false when it has been named before: one command does one thing.
     */
    boolean kind(final CommandKind named) {
        final boolean first = kind == CommandKind.PONG || kind == CommandKind.UNKNOWN;
        if (first || named != CommandKind.UNKNOWN) {
            kind = named;
        }
        return first || named == CommandKind.UNKNOWN;
    }

    /**
     * The command.
     *
     * @param json says of a payload whether it is one well-formed JSON value.
     */
    Request request(final boolean json) {
        return switch (kind) {
            case PONG -> id == 0 ? new Request.Pong(0) : new Request.Unknown(id);
            case CONNECT -> new Request.Connect(id, token, data);
            case SUBSCRIBE ->
                new Request.Subscribe(
                        id,
                        topic,
                        token,
                        recover,
                        recover ? new StreamPosition(epoch, offset) : null,
                        joinLeave,
                        (flag & REJECT_UNRECOVERED) != 0);
            case UNSUBSCRIBE -> new Request.Unsubscribe(id, topic);
            case PUBLISH -> new Request.Publish(id, topic, data, json);
            case PRESENCE -> new Request.Presence(id, topic);
            case PRESENCE_STATS -> new Request.PresenceStats(id, topic);
            case HISTORY ->
                new Request.History(id, topic, limit, since ? new StreamPosition(epoch, offset) : null, reverse);
            case PING -> new Request.Ping(id);
            case SEND -> new Request.Send(id, data);
            case RPC -> new Request.Rpc(id, method, data);
            case REFRESH -> new Request.Refresh(id, token);
            case SUB_REFRESH -> new Request.SubRefresh(id, topic, token);
            case UNKNOWN -> new Request.Unknown(id);
        };
    }
}
