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

    /**
     * To topics that are the user's alone.
     *
     * @param topics how many.
     * @param shared whether to one more that all share.
     */
    static String own(final String token, final String user, final int topics, final boolean shared) {
        final StringBuilder lines = new StringBuilder("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        int id = 1;
        for (int i = 0; i < topics; i++) {
            subscribe(lines, ++id, "inbox:" + user + (i == 0 ? "" : ":" + i));
        }
        if (shared) {
            subscribe(lines, ++id, "news");
        }
        return lines.toString();
    }

    private static void subscribe(final StringBuilder lines, final int id, final String topic) {
        lines.append("\n{\"id\":")
                .append(id)
                .append(",\"subscribe\":{\"channel\":\"")
                .append(topic)
                .append("\"}}");
    }

    private static String connect(final String token) {
        return "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}\n";
    }
}
