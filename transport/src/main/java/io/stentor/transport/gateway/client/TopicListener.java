package io.stentor.transport.gateway.client;

import io.stentor.transport.gateway.StreamPosition;

/** What a {@link TopicClient} tells. All calls come from the client's one thread, in the order of the topic. */
public interface TopicListener {

    /**
     * A message of the topic, each once and in the order of offsets.
     *
     * @param position its epoch and offset.
     * @param payload the message as it was published.
     */
    void onMessage(StreamPosition position, byte[] payload);

    /** The subscription is live; {@code position} is the last message that has been told, or where the topic stood. */
    default void onSubscribed(final StreamPosition position) {}

    /** What lies between {@code last} and {@code next} is no longer there: the client goes on after {@code next}. */
    default void onGap(final StreamPosition last, final StreamPosition next) {}

    /** The connection was lost, or could not be made; the client tries again after a while. */
    default void onDisconnected(final int code, final String reason) {}

    /** The server sent the client away for good: nothing follows. */
    default void onEnded(final int code, final String reason) {}
}
