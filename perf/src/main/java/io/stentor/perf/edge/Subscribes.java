package io.stentor.perf.edge;

/** What a client says first, in JSON: who it is, and what it wants. */
final class Subscribes {

    private Subscribes() {}

    /** To a topic from now on. */
    static String live(final String token, final String topic) {
        return connect(token) + "{\"id\":2,\"subscribe\":{\"channel\":\"" + topic + "\"}}";
    }

    /** To a topic after a position. */
    static String after(final String token, final String topic, final String epoch, final long offset) {
        return connect(token) + "{\"id\":2,\"subscribe\":{\"channel\":\"" + topic + "\",\"recover\":true,\"epoch\":\""
                + epoch + "\",\"offset\":" + offset + "}}";
    }

    private static String connect(final String token) {
        return "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}\n";
    }
}
