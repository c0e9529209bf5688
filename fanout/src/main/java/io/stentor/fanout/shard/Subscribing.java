package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.TopicName;
import java.util.ArrayDeque;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/**
 * Answers subscribes: from the topic's head, or after the client's position with everything that it missed, whole or not at
 * all. One thread, the shard's.
 *
 * <p>What was missed comes from the window if that reaches back so far, else from the journal and then, for what arrived
 * during the read, from the window. A recovery that is too long, or whose position is not of this log, is refused in plain
 * words ({@code recovered: false}) and never cut short.
 */
final class Subscribing implements PendingFetch.Taker {

    /** Reads of the journal for one recovery: a topic that outruns three of them is too busy to be recovered whole. */
    private static final int FETCHES_MAX = 3;

    /** Messages beyond those released that may be in the window at once: held ones of the class PAYMENT. */
    private static final int HELD_MAX = 4096;

    private final Message message = new Message();
    private final ArrayDeque<Subscription> waiting = new ArrayDeque<>();
    private final long[] positions;
    private final Chain chain;
    private final FrameWindow window;
    private final TopicTable topics;
    private final Fetches fetches;
    private final Subscriptions subscriptions;
    private final Presence presence;
    private final AckTracker acks;
    private final CatchUp catchUp;
    private final NanoClock clock;
    private final int subscriptionsMax;
    private final int messagesMax;
    private final int bytesMax;

    Subscribing(final Parts parts, final ShardContext context) {
        this.chain = parts.chain;
        this.window = parts.window;
        this.topics = parts.topics;
        this.fetches = parts.fetches;
        this.subscriptions = parts.subscriptions;
        this.presence = parts.presence;
        this.acks = parts.acks;
        this.catchUp = parts.catchUp;
        this.clock = parts.clock;
        this.subscriptionsMax = context.subscriptionsPerSessionMax();
        this.messagesMax = context.recoverMessagesMax();
        this.bytesMax = context.recoverBytesMax();
        this.positions = new long[messagesMax + HELD_MAX];
    }

    void onSubscribe(final Session session, final ClientCommand.Subscribe command) {
        final ClientError refusal = refusal(session, command);
        if (refusal != null) {
            session.fail(command.id(), refusal);
            return;
        }
        final ShardTopic topic = topics.obtain(command.topic());
        if (topic == null) {
            session.fail(command.id(), ClientError.LIMIT_EXCEEDED);
            return;
        }
        final Subscription subscription = new Subscription(session, topic);
        subscription.commandId = command.id();
        subscription.since = command.recover() && !command.fromCursor() ? command.since() : null;
        subscription.joinLeave = command.joinLeave();
        subscription.fromCursor = command.fromCursor();
        begin(subscription);
    }

    /** The server subscribes a session; nothing happens when it is subscribed already. */
    void onServerSubscribe(final Session session, final String topicName) {
        if (session.subscriptions.get(topicName) != null || session.subscriptions.size() >= subscriptionsMax) {
            return;
        }
        final ShardTopic topic = topics.obtain(topicName);
        if (topic != null) {
            final Subscription subscription = new Subscription(session, topic);
            subscription.byServer = true;
            begin(subscription);
        }
    }

    /** The topic's place in the chain is known: those who waited for it are answered. */
    void onTopicLive(final ShardTopic topic) {
        for (int i = topic.size() - 1; i >= 0; i--) {
            if (topic.get(i).state == Subscription.State.WAITING) {
                resolve(topic.get(i));
            }
        }
    }

    /** Gives up on those that have waited too long. */
    int tick(final long nowNs) {
        int work = 0;
        Subscription oldest;
        while ((oldest = waiting.peek()) != null
                && (oldest.state != Subscription.State.WAITING || oldest.deadlineNs - nowNs <= 0)) {
            waiting.remove();
            if (oldest.state == Subscription.State.WAITING) {
                fail(oldest, "the engine has not answered in time, or the shard attaches to it; try again");
            }
            work++;
        }
        return work;
    }

    @Override
    public void onPage(final PendingFetch fetch) {
        final Subscription subscription = (Subscription) fetch.about;
        final Recovery recovery = subscription.recovery;
        if (recovery == null || recovery.fetch != fetch) {
            return;
        }
        recovery.fetch = null;
        if (subscription.topic.isPending()) {
            await(subscription);
        } else if (fetch.code == ResultCode.POSITION_LOST) {
            refuse(subscription, subscription.topic.released);
        } else if (!fetch.isOk() || !chain.agreesWith(fetch) || !addAll(recovery, fetch.publications)) {
            fail(subscription, ClientError.INTERNAL);
        } else {
            recovery.term = fetch.pageTerm;
            final boolean withheld = fetch.withheldSequence != 0;
            if (fetch.more) {
                refuse(subscription, subscription.since.offset());
            } else if (withheld && recovery.reachedOffset < subscription.topic.released) {
                // Counted as released when the interest began, but not forced yet: forced in a moment.
                fail(subscription, "the last message is not forced to the disk yet, try again");
            } else {
                merge(subscription);
            }
        }
    }

    @Override
    public void onFailure(final PendingFetch fetch) {
        final Subscription subscription = (Subscription) fetch.about;
        if (subscription.recovery != null && subscription.recovery.fetch == fetch) {
            subscription.recovery.fetch = null;
            fail(subscription, "the journal has not answered in time, or the shard attaches to the engine; try again");
        }
    }

    private ClientError refusal(final Session session, final ClientCommand.Subscribe command) {
        if (TopicName.problem(command.topic()) != null
                || (command.fromCursor() && session.device().isEmpty())
                || (command.recover() && !command.fromCursor() && command.since() == null)) {
            return ClientError.BAD_REQUEST;
        }
        if (session.subscriptions.get(command.topic()) != null) {
            return ClientError.ALREADY_SUBSCRIBED;
        }
        return session.subscriptions.size() >= subscriptionsMax ? ClientError.LIMIT_EXCEEDED : null;
    }

    private void begin(final Subscription subscription) {
        subscriptions.add(subscription);
        if (subscription.topic.isPending()) {
            await(subscription);
        } else {
            resolve(subscription);
        }
    }

    private void await(final Subscription subscription) {
        subscription.recovery = null;
        subscription.state = Subscription.State.WAITING;
        subscription.deadlineNs = clock.nanoTime() + Fetches.TIMEOUT_NS;
        waiting.add(subscription);
    }

    private void resolve(final Subscription subscription) {
        if (subscription.fromCursor) {
            catchUp.begin(subscription);
        } else if (subscription.since == null) {
            final long head = subscription.topic.released;
            live(subscription, head, head, new Reply.Subscribed(position(head), false, false, List.of()));
        } else {
            recover(subscription);
        }
    }

    private void recover(final Subscription subscription) {
        final StreamPosition since = subscription.since;
        final Epoch epoch =
                since.epoch().isEmpty() ? new Epoch(chain.logId(), chain.term()) : Epoch.parse(since.epoch());
        if (epoch == null || epoch.logId() != chain.logId() || since.offset() < 0) {
            refuse(subscription, subscription.topic.released);
            return;
        }
        final Recovery recovery = new Recovery();
        recovery.at(epoch.logId(), epoch.term(), since.offset());
        subscription.recovery = recovery;
        subscription.state = Subscription.State.RECOVERING;
        if (epoch.term() == chain.term() && since.offset() <= subscription.topic.released) {
            merge(subscription);
        } else {
            fetch(subscription);
        }
    }

    /** Adds from the window what was released after what was gathered; asks the journal when that is not all there. */
    private void merge(final Subscription subscription) {
        final ShardTopic topic = subscription.topic;
        final Recovery recovery = subscription.recovery;
        final long missing = topic.released - recovery.reachedOffset;
        if (missing + recovery.publications.size() > messagesMax) {
            refuse(subscription, subscription.since.offset());
            return;
        }
        if (missing > 0) {
            final int count = window.collect(topic.lastEntry, topic.head, recovery.reachedOffset, positions);
            if (count < 0) {
                fetch(subscription);
                return;
            }
            for (int i = 0; i < missing && recovery.bytes <= bytesMax; i++) {
                recovery.add(window.read(positions[i], message).store());
            }
        }
        if (recovery.bytes > bytesMax) {
            refuse(subscription, subscription.since.offset());
        } else {
            recovered(subscription);
        }
    }

    private void fetch(final Subscription subscription) {
        final Recovery recovery = subscription.recovery;
        if (recovery.fetches++ == FETCHES_MAX) {
            refuse(subscription, subscription.since.offset());
            return;
        }
        final PendingFetch fetch = new PendingFetch(subscription.topic.name, subscription, this)
                .after(recovery.logId, recovery.term, recovery.reachedOffset)
                .limits(messagesMax + 1, bytesMax);
        recovery.fetch = fetch;
        if (!fetches.request(fetch, clock.nanoTime())) {
            fail(subscription, ClientError.TOO_MANY_REQUESTS);
        }
    }

    private void recovered(final Subscription subscription) {
        final Recovery recovery = subscription.recovery;
        final List<StoredPublication> missed = recovery.publications;
        if (!missed.isEmpty()) {
            final long last = missed.get(missed.size() - 1).sequence();
            subscription.session.lastSequence = Math.max(subscription.session.lastSequence, last);
        }
        live(
                subscription,
                recovery.reachedOffset,
                subscription.since.offset(),
                new Reply.Subscribed(position(recovery.reachedOffset), true, true, missed));
    }

    /** The client must page or take a snapshot; {@code ackOffset} is what it has for certain. */
    private void refuse(final Subscription subscription, final long ackOffset) {
        final long head = subscription.topic.released;
        live(
                subscription,
                head,
                Math.min(ackOffset, head),
                new Reply.Subscribed(position(head), true, false, List.of()));
    }

    private void live(
            final Subscription subscription, final long offset, final long ackOffset, final Reply.Subscribed answer) {
        final Session session = subscription.session;
        subscription.recovery = null;
        subscription.state = Subscription.State.LIVE;
        subscription.offset = offset;
        subscription.ackOffset = ackOffset;
        subscription.term = chain.term();
        acks.positioned(subscription);
        if (subscription.byServer) {
            if (!session.push(new Push.Subscribed(subscription.topic.name, answer.position()))) {
                session.end(Disconnect.SLOW);
            }
        } else {
            session.reply(subscription.commandId, answer);
            subscription.commandId = 0;
        }
        presence.join(subscription);
    }

    private void fail(final Subscription subscription, final ClientError error) {
        subscription.session.fail(subscription.commandId, error);
        subscriptions.remove(subscription);
    }

    /** Refuses with 100, which is temporary, and says why. */
    private void fail(final Subscription subscription, final String detail) {
        subscription.session.fail(subscription.commandId, ClientError.INTERNAL, detail);
        subscriptions.remove(subscription);
    }

    private StreamPosition position(final long offset) {
        return new StreamPosition(chain.epoch(), offset);
    }

    private static boolean addAll(final Recovery recovery, final List<StoredPublication> publications) {
        for (final StoredPublication publication : publications) {
            if (!recovery.add(publication)) {
                return false;
            }
        }
        return true;
    }
}
