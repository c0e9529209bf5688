package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.wire.TopicName;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.NanoClock;

/** Carries out what clients ask for. One thread, the shard's. */
final class SessionCommands implements CommandQueue.Taker, SessionTable.Closing {

    /** The most bytes of a user, a connection id or a device: their length is one byte on the wire. */
    private static final int NAME_LENGTH_MAX = 255;

    private final SessionTable sessions;
    private final TopicTable topics;
    private final Subscriptions subscriptions;
    private final Presence presence;
    private final AckTracker acks;
    private final NanoClock clock;
    private final Subscribing subscribing;
    private final Submits submits;
    private final Histories histories;
    private final Signals signals;
    private final Draining draining;

    SessionCommands(
            final Parts parts,
            final Subscribing subscribing,
            final Submits submits,
            final Histories histories,
            final Signals signals,
            final Draining draining) {
        this.sessions = parts.sessions;
        this.topics = parts.topics;
        this.subscriptions = parts.subscriptions;
        this.presence = parts.presence;
        this.acks = parts.acks;
        this.clock = parts.clock;
        this.subscribing = subscribing;
        this.submits = submits;
        this.histories = histories;
        this.signals = signals;
        this.draining = draining;
    }

    @Override
    public void onCommand(final Session session, final ClientCommand command) {
        if (command == null || session.isClosed()) {
            session.endSilently();
        } else if (session.isEnding()) {
            return;
        } else if (command instanceof ClientCommand.Connect connect) {
            onConnect(session, connect);
        } else if (!session.isConnected()) {
            session.end(Disconnect.BAD_REQUEST);
        } else {
            dispatch(session, command);
        }
    }

    @Override
    public void onLeaving(final Session session) {
        acks.leaving(session);
        for (final Subscription subscription : session.subscriptions.copy()) {
            subscriptions.remove(subscription);
        }
    }

    private void dispatch(final Session session, final ClientCommand command) {
        if (command instanceof ClientCommand.Ack ack) {
            onAck(session, ack);
        } else if (command instanceof ClientCommand.Publish publish) {
            submits.onPublish(session, publish);
        } else if (command instanceof ClientCommand.Subscribe subscribe) {
            subscribing.onSubscribe(session, subscribe);
        } else if (command instanceof ClientCommand.Unsubscribe unsubscribe) {
            onUnsubscribe(session, unsubscribe);
        } else if (command instanceof ClientCommand.History history) {
            histories.onHistory(session, history);
        } else if (command instanceof ClientCommand.Read read) {
            onRead(session, read);
        } else if (command instanceof ClientCommand.Typing typing) {
            onTyping(session, typing);
        } else {
            onQuestion(session, command);
        }
    }

    private void onQuestion(final Session session, final ClientCommand command) {
        if (command instanceof ClientCommand.Presence asked && TopicName.problem(asked.topic()) == null) {
            session.reply(asked.id(), presence.members(topics.byName(asked.topic())));
        } else if (command instanceof ClientCommand.PresenceStats asked && TopicName.problem(asked.topic()) == null) {
            final ShardTopic topic = topics.byName(asked.topic());
            session.reply(asked.id(), new Reply.PresenceCounts(presence.clients(topic), presence.users(topic)));
        } else {
            session.fail(command.id(), ClientError.BAD_REQUEST);
        }
    }

    private void onConnect(final Session session, final ClientCommand.Connect command) {
        if (session.isConnected()) {
            session.fail(command.id(), ClientError.BAD_REQUEST);
            return;
        }
        if (isTooLong(command.client()) || isTooLong(command.user()) || isTooLong(command.device())) {
            session.end(Disconnect.BAD_REQUEST);
            return;
        }
        if (draining.isDraining()) {
            session.end(Disconnect.SHUTDOWN);
            return;
        }
        session.connected(new ClientInfo(command.client(), command.user(), command.info()), command.device());
        if (sessions.add(session)) {
            session.reply(command.id(), new Reply.Connected());
        } else {
            session.end(Disconnect.CONNECTION_LIMIT);
        }
    }

    private void onUnsubscribe(final Session session, final ClientCommand.Unsubscribe command) {
        final Subscription subscription = session.subscriptions.get(command.topic());
        if (subscription != null) {
            session.fail(subscription.commandId, ClientError.BAD_REQUEST);
            subscriptions.remove(subscription);
        }
        session.reply(command.id(), new Reply.Unsubscribed());
    }

    private void onAck(final Session session, final ClientCommand.Ack command) {
        final Subscription subscription = session.subscriptions.get(command.topic());
        done(session, command.id(), subscription != null && acks.ack(subscription, command.offset(), clock.nanoTime()));
    }

    private void onRead(final Session session, final ClientCommand.Read command) {
        final Subscription subscription = session.subscriptions.get(command.topic());
        done(session, command.id(), subscription != null && acks.read(subscription, command.offset()));
    }

    private void onTyping(final Session session, final ClientCommand.Typing command) {
        final Subscription subscription = session.subscriptions.get(command.topic());
        if (subscription != null) {
            signals.onTyping(subscription);
        }
        done(session, command.id(), subscription != null);
    }

    private static void done(final Session session, final long commandId, final boolean valid) {
        if (valid) {
            session.reply(commandId, new Reply.Done());
        } else {
            session.fail(commandId, ClientError.BAD_REQUEST);
        }
    }

    private static boolean isTooLong(final String name) {
        return name.length() > NAME_LENGTH_MAX || name.getBytes(StandardCharsets.UTF_8).length > NAME_LENGTH_MAX;
    }
}
