package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.wire.ControlKind;
import io.stentor.transport.wire.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a backend does to the live sessions of a user. One thread, the shard's. */
final class SessionControls {

    /** The client protocol's code of an unsubscribe by the server, after which the client does not come back. */
    private static final int SERVER_UNSUBSCRIBE = 2000;

    private static final String SERVER_UNSUBSCRIBE_REASON = "server unsubscribe";

    private final SessionTable sessions;
    private final Subscribing subscribing;
    private final Subscriptions subscriptions;

    SessionControls(final SessionTable sessions, final Subscribing subscribing, final Subscriptions subscriptions) {
        this.sessions = sessions;
        this.subscribing = subscribing;
        this.subscriptions = subscriptions;
    }

    /**
     * Acts on sessions.
     *
     * @param client only this connection; empty for all of the user's.
     * @param topicName the topic; empty, when unsubscribing, for all.
     * @param code the number that the clients see; 0 for the usual one.
     */
    void onControl(
            final ControlKind kind,
            final String user,
            final String client,
            final String topicName,
            final int code,
            final String reason) {
        for (final Session session : sessions.of(user)) {
            if (session.isEnding() || (!client.isEmpty() && !session.client().equals(client))) {
                continue;
            }
            switch (kind) {
                case SUBSCRIBE -> {
                    if (TopicName.problem(topicName) == null) {
                        subscribing.onServerSubscribe(session, topicName);
                    }
                }
                case UNSUBSCRIBE -> unsubscribe(session, topicName, code, reason);
                case DISCONNECT ->
                    session.end(code == 0 ? Disconnect.FORCE_NO_RECONNECT : new Disconnect(code, reason));
                default -> {
                    // A kind of a newer engine: nothing that this shard could do.
                }
            }
        }
    }

    private void unsubscribe(final Session session, final String topicName, final int code, final String reason) {
        final List<Subscription> ended = new ArrayList<>();
        if (topicName.isEmpty()) {
            ended.addAll(Arrays.asList(session.subscriptions.copy()));
        } else if (session.subscriptions.get(topicName) != null) {
            ended.add(session.subscriptions.get(topicName));
        }
        for (final Subscription subscription : ended) {
            if (subscription.isPositioned()) {
                subscriptions.end(
                        subscription,
                        code == 0 ? SERVER_UNSUBSCRIBE : code,
                        code == 0 ? SERVER_UNSUBSCRIBE_REASON : reason);
            } else {
                session.fail(subscription.commandId, ClientError.PERMISSION_DENIED);
                subscriptions.remove(subscription);
            }
        }
    }
}
