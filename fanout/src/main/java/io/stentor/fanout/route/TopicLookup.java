package io.stentor.fanout.route;

/** Finds topics by what names them. The engine's table of topics implements it; safe for the send step's thread. */
public interface TopicLookup {

    /** The topic of that name, or null when there is none. */
    RoutedTopic byName(String name);

    /** The topic of that id, or null when there is none. */
    RoutedTopic byId(long topicId);
}
