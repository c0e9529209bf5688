package io.stentor.perf.edge;

import java.util.Base64;

/** Publishes to a running tier; a payload is a JSON string of Base64. One thread, but where it says otherwise. */
public interface TierPublisher extends AutoCloseable {

    /** A publish as the client protocol and the API have it: {@code "publish":{...}}, within the braces of a command. */
    static String command(final String topicPrefix, final int topic, final byte[] payload) {
        return "\"publish\":{\"channel\":\"" + topicPrefix + topic + "\",\"data\":\""
                + Base64.getEncoder().encodeToString(payload) + "\"}";
    }

    /**
     * Publishes a message, unless too many are under way; messages are sent in the order in which they are taken.
     *
     * @param topic from 0.
     * @param payload its bytes; not changed afterwards.
     * @return whether it was taken.
     */
    boolean publish(int topic, byte[] payload);

    /** What went wrong; null while all is well. Any thread. */
    String failure();

    @Override
    void close();
}
