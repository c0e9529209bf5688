package io.stentor.fanout.shard;

import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.DeliveryClass;
import java.util.ArrayDeque;
import org.agrona.concurrent.NanoClock;

/**
 * Takes the messages of the chain and releases them to the sessions of their topic: each offset once, in order, without a
 * gap. One thread, the shard's; a message that may go at once costs no allocation.
 *
 * <p>What may not go at once waits in the window: a {@code PAYMENT} message until it is forced, and everything behind a gap
 * until the gap is filled from the journal. What has left the window meanwhile is fetched too.
 */
final class FanOut implements PendingFetch.Taker {

    /** The most messages of one topic that are released from the window in one go; more are fetched page by page. */
    private static final int RELEASE_MAX = 4096;

    /** Reads in a row that may bring nothing before the subscriptions are told to recover by themselves. */
    private static final int FILL_FAILURES_MAX = 3;

    private final Publication publication = new Publication();
    private final Message message = new Message();
    private final StoredView stored = new StoredView();
    private final long[] positions = new long[RELEASE_MAX];
    private final ArrayDeque<ShardTopic> lagging = new ArrayDeque<>();
    private final Chain chain;
    private final FrameWindow window;
    private final Fetches fetches;
    private final Subscriptions subscriptions;
    private final CatchUp catchUp;
    private final NanoClock clock;
    private final int recoverMessagesMax;
    private final int recoverBytesMax;
    private long syncedSequence;
    private boolean stirred;

    FanOut(final Parts parts, final ShardContext context) {
        this.chain = parts.chain;
        this.window = parts.window;
        this.fetches = parts.fetches;
        this.subscriptions = parts.subscriptions;
        this.catchUp = parts.catchUp;
        this.clock = parts.clock;
        this.recoverMessagesMax = context.recoverMessagesMax();
        this.recoverBytesMax = context.recoverBytesMax();
    }

    /** Takes a message that follows in the chain. */
    void onMessage(final ShardTopic topic, final Message arrived, final DeliveryClass deliveryClass) {
        final long offset = arrived.topicOffset;
        if (topic.isPending() || offset <= topic.head) {
            return;
        }
        final boolean gap = offset != topic.head + 1;
        final boolean direct = !gap && topic.released == topic.head;
        topic.payment = deliveryClass == DeliveryClass.PAYMENT;
        topic.lastEntry = window.append(arrived, gap ? FrameWindow.NONE : topic.lastEntry);
        topic.lastSequence = arrived.sequence;
        topic.head = offset;
        if (direct && (!topic.payment || arrived.sequence <= chain.syncedSequence())) {
            topic.released = offset;
            release(topic, arrived);
        } else {
            lag(topic);
        }
    }

    /** The topic's place in the chain is said: later messages come from now on, those up to its head are to be had. */
    void onInterestOn(final ShardTopic topic, final long headOffset, final long fromSequence) {
        topic.state = ShardTopic.State.LIVE;
        topic.lastSequence = Math.max(topic.lastSequence, fromSequence);
        if (topic.positioned && headOffset >= topic.head) {
            if (headOffset > topic.head) {
                topic.head = headOffset;
                topic.lastEntry = FrameWindow.NONE;
            }
            if (topic.released < topic.head) {
                lag(topic);
            }
            return;
        }
        if (topic.positioned) {
            subscriptions.insufficient(topic);
        }
        topic.positioned = true;
        topic.head = headOffset;
        topic.released = headOffset;
        topic.lastEntry = FrameWindow.NONE;
    }

    /** Releases what has become releasable. */
    int doWork() {
        if (lagging.isEmpty() || (!stirred && chain.syncedSequence() == syncedSequence)) {
            return 0;
        }
        stirred = false;
        syncedSequence = chain.syncedSequence();
        int work = 0;
        for (int i = lagging.size(); i > 0; i--) {
            final ShardTopic topic = lagging.remove();
            final long before = topic.released;
            if (topic.index >= 0 && !topic.isPending() && !advance(topic)) {
                lagging.add(topic);
            } else {
                topic.lagging = false;
            }
            work += topic.released != before ? 1 : 0;
        }
        return work;
    }

    /** The topic's place in the chain is lost; what it waits for is no longer wanted. */
    void forget(final ShardTopic topic) {
        if (topic.fill != null) {
            topic.fill.cancel();
            topic.fill = null;
        }
        topic.fillFailures = 0;
    }

    @Override
    public void onPage(final PendingFetch fetch) {
        final ShardTopic topic = (ShardTopic) fetch.about;
        if (topic.fill != fetch) {
            return;
        }
        topic.fill = null;
        stirred = true;
        final long before = topic.released;
        if (fetch.isOk() && chain.agreesWith(fetch)) {
            for (final StoredPublication next : fetch.publications) {
                if (next.offset() == topic.released + 1 && next.offset() <= topic.head) {
                    topic.released++;
                    release(topic, next, fetch.pageTerm);
                }
            }
            topic.heldSequence = topic.released < topic.head ? fetch.withheldSequence : 0;
        }
        if (topic.released != before || topic.heldSequence != 0) {
            topic.fillFailures = 0;
        } else {
            topic.fillFailures = fetch.isOk() ? topic.fillFailures + 1 : FILL_FAILURES_MAX;
        }
    }

    @Override
    public void onFailure(final PendingFetch fetch) {
        final ShardTopic topic = (ShardTopic) fetch.about;
        if (topic.fill == fetch) {
            topic.fill = null;
            topic.fillFailures++;
            stirred = true;
        }
    }

    private void lag(final ShardTopic topic) {
        stirred = true;
        if (!topic.lagging) {
            topic.lagging = true;
            lagging.add(topic);
        }
    }

    /** Releases what may be released; true when nothing is left behind. */
    private boolean advance(final ShardTopic topic) {
        if (topic.fill != null || topic.heldSequence > chain.syncedSequence()) {
            return false;
        }
        topic.heldSequence = 0;
        final int count = window.collect(topic.lastEntry, topic.head, topic.released, positions);
        for (int i = 0; i < count; i++) {
            window.read(positions[i], message);
            if (topic.payment && message.sequence > chain.syncedSequence()) {
                topic.heldSequence = message.sequence;
                return false;
            }
            topic.released = message.topicOffset;
            release(topic, message);
        }
        if (topic.released == topic.head) {
            return true;
        }
        if (!topic.hasLive()) {
            return skip(topic);
        }
        if (topic.fillFailures >= FILL_FAILURES_MAX) {
            subscriptions.insufficient(topic);
            topic.fillFailures = 0;
            return skip(topic);
        }
        fill(topic);
        return false;
    }

    /** Nobody waits for what is missing: who subscribes reads it by itself. */
    private boolean skip(final ShardTopic topic) {
        if (topic.payment && topic.lastSequence > chain.syncedSequence()) {
            topic.heldSequence = topic.lastSequence;
            return false;
        }
        topic.released = topic.head;
        return true;
    }

    private void fill(final ShardTopic topic) {
        final PendingFetch fetch = new PendingFetch(topic.name, topic, this)
                .after(chain.logId(), chain.term(), topic.released)
                .limits(recoverMessagesMax, recoverBytesMax);
        if (fetches.request(fetch, clock.nanoTime())) {
            topic.fill = fetch;
        } else {
            stirred = true;
        }
    }

    private void release(final ShardTopic topic, final Message released) {
        if (topic.size() != 0) {
            released.view(topic, publication);
            release(topic, released.sequence, released.term);
        }
    }

    private void release(final ShardTopic topic, final StoredPublication released, final long term) {
        stored.view(topic, released, publication);
        release(topic, released.sequence(), term);
    }

    private void release(final ShardTopic topic, final long sequence, final long term) {
        final long offset = publication.offset();
        final int size = topic.size();
        for (int i = 0; i < size; i++) {
            final Subscription subscription = topic.get(i);
            if (subscription.state == Subscription.State.LIVE
                    && (offset > subscription.offset || term > subscription.term)) {
                release(subscription, offset, sequence, term);
            }
        }
        publication.clear();
    }

    /**
     * Hands the message to one sink. The first message of a term that the client's epoch does not know ends the
     * subscription, whatever its offset: its client comes back with its position, which is good, or was taken back by a
     * power cut and is refused. A subscription that keeps no position goes on if that message is its next one.
     */
    private void release(final Subscription subscription, final long offset, final long sequence, final long term) {
        final Session session = subscription.session;
        final boolean follows = offset == subscription.offset + 1;
        final boolean known = term <= subscription.term;
        if (subscription.fromCursor ? !known && !follows : !known || !follows) {
            subscriptions.insufficient(subscription);
        } else if (session.publish(publication)) {
            subscription.offset = offset;
            subscription.term = Math.max(subscription.term, term);
            session.lastSequence = Math.max(session.lastSequence, sequence);
        } else if (subscription.fromCursor) {
            catchUp.fellBehind(subscription);
        } else {
            subscriptions.insufficient(subscription);
        }
    }
}
