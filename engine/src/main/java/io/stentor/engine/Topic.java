package io.stentor.engine;

import io.stentor.engine.pipeline.TopicState;

/**
 * A topic to publish to. Any thread; to keep it saves a look-up with each message. The topic is created by its first
 * message, not by this.
 */
public final class Topic {

    private final TopicState state;

    Topic(final TopicState state) {
        this.state = state;
    }

    /** The topic's name. */
    public String name() {
        return state.name();
    }

    TopicState state() {
        return state;
    }
}
