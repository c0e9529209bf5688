package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.ResultCode;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Feeds subscriptions that continue from their device's cursor: page after page, at the pace at which their sink takes it,
 * until they are live; and again whenever they fall behind. One thread, the shard's; each holds at most one page.
 */
final class CatchUp implements PendingFetch.Taker {

    /** How long to wait for room in a sink, in nanoseconds: 1 ms, some hundred messages of an in-process handler. */
    private static final long ROOM_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long to wait before the journal is asked again, in nanoseconds: 100 ms, one heartbeat of the engine. */
    private static final long FETCH_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Message message = new Message();
    private final Publication publication = new Publication();
    private final ArrayDeque<Subscription> behind = new ArrayDeque<>();
    private final StoredView stored = new StoredView();
    private final long[] positions;
    private final Chain chain;
    private final FrameWindow window;
    private final Fetches fetches;
    private final Subscriptions subscriptions;
    private final Presence presence;
    private final AckTracker acks;
    private final NanoClock clock;
    private final int messagesMax;
    private final int bytesMax;

    CatchUp(final Parts parts, final ShardContext context) {
        this.chain = parts.chain;
        this.window = parts.window;
        this.fetches = parts.fetches;
        this.subscriptions = parts.subscriptions;
        this.presence = parts.presence;
        this.acks = parts.acks;
        this.clock = parts.clock;
        this.messagesMax = context.recoverMessagesMax();
        this.bytesMax = context.recoverBytesMax();
        this.positions = new long[messagesMax];
    }

    /** The topic is live: asks where the device's cursor is. */
    void begin(final Subscription subscription) {
        subscription.state = Subscription.State.RECOVERING;
        subscription.recovery = new Recovery();
        final PendingFetch fetch = new PendingFetch(subscription.topic.name, subscription, this)
                .after(chain.logId(), chain.term(), 0)
                .limits(messagesMax, bytesMax)
                .cursorOf(subscription.session);
        subscription.recovery.fetch = fetch;
        if (!fetches.request(fetch, clock.nanoTime())) {
            fail(subscription, ClientError.TOO_MANY_REQUESTS);
        }
    }

    /** The sink did not take a live message: it is fed from where it stopped. */
    void fellBehind(final Subscription subscription) {
        subscription.state = Subscription.State.CATCHING_UP;
        subscription.recovery = new Recovery();
        subscription.recovery.reachedOffset = subscription.offset;
        subscription.recovery.retryAtNs = clock.nanoTime() + ROOM_RETRY_NS;
        behind.add(subscription);
    }

    /** Goes on feeding. */
    int doWork() {
        int work = 0;
        for (int i = behind.size(); i > 0; i--) {
            final Subscription subscription = behind.remove();
            final long before = subscription.offset;
            if (subscription.state == Subscription.State.CATCHING_UP && !feed(subscription)) {
                behind.add(subscription);
            }
            work += subscription.offset != before ? 1 : 0;
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
        if (subscription.state == Subscription.State.RECOVERING) {
            answer(subscription, fetch);
        }
        if (subscription.state != Subscription.State.CATCHING_UP) {
            return;
        }
        if (fetch.code == ResultCode.POSITION_LOST) {
            subscriptions.insufficient(subscription);
            return;
        }
        if (fetch.isOk() && chain.agreesWith(fetch)) {
            subscription.term = fetch.pageTerm;
            for (final StoredPublication next : fetch.publications) {
                if (!recovery.add(next)) {
                    break;
                }
            }
        }
        recovery.retryAtNs = recovery.publications.isEmpty() ? clock.nanoTime() + FETCH_RETRY_NS : clock.nanoTime();
    }

    @Override
    public void onFailure(final PendingFetch fetch) {
        final Subscription subscription = (Subscription) fetch.about;
        final Recovery recovery = subscription.recovery;
        if (recovery == null || recovery.fetch != fetch) {
            return;
        }
        recovery.fetch = null;
        recovery.retryAtNs = clock.nanoTime() + FETCH_RETRY_NS;
        if (subscription.state == Subscription.State.RECOVERING) {
            fail(subscription, ClientError.INTERNAL);
        }
    }

    private void answer(final Subscription subscription, final PendingFetch fetch) {
        if (fetch.code != ResultCode.POSITION_LOST && (!fetch.isOk() || !chain.agreesWith(fetch))) {
            fail(subscription, ClientError.INTERNAL);
            return;
        }
        final boolean recovered = fetch.isOk();
        final long offset = recovered ? fetch.afterOffset : subscription.topic.released;
        subscription.state = recovered ? Subscription.State.CATCHING_UP : Subscription.State.LIVE;
        subscription.offset = offset;
        subscription.ackOffset = offset;
        subscription.term = chain.term();
        final StreamPosition position = new StreamPosition(chain.epoch(), offset);
        acks.positioned(subscription);
        subscription.session.reply(subscription.commandId, new Reply.Subscribed(position, true, recovered, List.of()));
        subscription.commandId = 0;
        presence.join(subscription);
        if (recovered) {
            subscription.recovery.reachedOffset = offset;
            behind.add(subscription);
        } else {
            subscription.recovery = null;
        }
    }

    /** Feeds one subscription; true once it is live. */
    private boolean feed(final Subscription subscription) {
        final Recovery recovery = subscription.recovery;
        final ShardTopic topic = subscription.topic;
        if (recovery.fetch != null || recovery.retryAtNs - clock.nanoTime() > 0 || !feedPage(subscription, recovery)) {
            return false;
        }
        if (topic.isPending()) {
            return false;
        }
        if (subscription.term < chain.term()) {
            // What was read in an earlier term may have been taken back: the engine knows.
            fetch(subscription);
            return false;
        }
        if (subscription.offset < topic.released) {
            final int count = window.collect(topic.lastEntry, topic.head, subscription.offset, positions);
            if (count < 0) {
                fetch(subscription);
                return false;
            }
            if (!feedWindow(subscription, (int) (topic.released - subscription.offset))) {
                return false;
            }
        }
        subscription.state = Subscription.State.LIVE;
        subscription.recovery = null;
        return true;
    }

    private boolean feedPage(final Subscription subscription, final Recovery recovery) {
        while (recovery.taken < recovery.publications.size()) {
            final StoredPublication next = recovery.publications.get(recovery.taken);
            stored.view(subscription.topic, next, publication);
            if (!feed(subscription, next.sequence())) {
                return false;
            }
            recovery.taken++;
        }
        recovery.publications.clear();
        recovery.taken = 0;
        return true;
    }

    private boolean feedWindow(final Subscription subscription, final int count) {
        for (int i = 0; i < count; i++) {
            window.read(positions[i], message).view(subscription.topic, publication);
            if (!feed(subscription, message.sequence)) {
                return false;
            }
        }
        return true;
    }

    private boolean feed(final Subscription subscription, final long sequence) {
        final Session session = subscription.session;
        final boolean taken = session.publish(publication);
        if (taken) {
            subscription.offset = publication.offset();
            subscription.recovery.reachedOffset = subscription.offset;
            session.lastSequence = Math.max(session.lastSequence, sequence);
        } else {
            subscription.recovery.retryAtNs = clock.nanoTime() + ROOM_RETRY_NS;
        }
        publication.clear();
        return taken;
    }

    private void fetch(final Subscription subscription) {
        final Recovery recovery = subscription.recovery;
        final PendingFetch fetch = new PendingFetch(subscription.topic.name, subscription, this)
                .after(chain.logId(), subscription.term, subscription.offset)
                .limits(messagesMax, bytesMax);
        if (fetches.request(fetch, clock.nanoTime())) {
            recovery.fetch = fetch;
        } else {
            recovery.retryAtNs = clock.nanoTime() + FETCH_RETRY_NS;
        }
    }

    private void fail(final Subscription subscription, final ClientError error) {
        subscription.session.fail(subscription.commandId, error);
        subscriptions.remove(subscription);
    }
}
