package io.stentor.transport.gateway.codec;

/**
 * The commands of the client protocol v2, with the JSON name and the Protobuf field number of each command's parameters
 * inside {@code Command} (centrifugal/protocol, definitions/client.proto).
 */
enum CommandKind {
    PONG("", 0),
    CONNECT("connect", 4),
    SUBSCRIBE("subscribe", 5),
    UNSUBSCRIBE("unsubscribe", 6),
    PUBLISH("publish", 7),
    PRESENCE("presence", 8),
    PRESENCE_STATS("presence_stats", 9),
    HISTORY("history", 10),
    PING("ping", 11),
    SEND("send", 12),
    RPC("rpc", 13),
    REFRESH("refresh", 14),
    SUB_REFRESH("sub_refresh", 15),
    UNKNOWN("", 0);

    private static final CommandKind[] KINDS = values();

    private final String json;
    private final int protobuf;

    CommandKind(final String json, final int protobuf) {
        this.json = json;
        this.protobuf = protobuf;
    }

    static CommandKind of(final String json) {
        for (final CommandKind kind : KINDS) {
            if (kind.protobuf != 0 && kind.json.equals(json)) {
                return kind;
            }
        }
        return UNKNOWN;
    }

    static CommandKind of(final int protobuf) {
        for (final CommandKind kind : KINDS) {
            if (protobuf != 0 && kind.protobuf == protobuf) {
                return kind;
            }
        }
        return UNKNOWN;
    }
}
