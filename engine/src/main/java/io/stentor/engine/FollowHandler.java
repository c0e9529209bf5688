package io.stentor.engine;

/** Reads the log on behalf of a named follower. Called on the follower's own thread, which it may block. */
@FunctionalInterface
public interface FollowHandler {

    /**
     * A message, in the order of the log. When the call returns the message counts as handled; after a crash the last ones
     * come again.
     *
     * @param message a view, valid during the call only.
     * @throws Exception to stop following here; the message comes again when the follower starts again.
     */
    void onMessage(DeliveredMessage message) throws Exception;
}
