package io.stentor.fanout.shard;

import java.util.Arrays;
import org.agrona.collections.Object2IntCounterMap;

/**
 * What the shard knows of a topic that its sessions want. One thread, the shard's.
 *
 * <pre>
 *   INTEREST_PENDING -> LIVE:       InterestOn: later messages come in the chain
 *   LIVE -> LINGERING:              the last local subscription ended
 *   LINGERING -> LIVE:              a session subscribes within the grace time
 *   LINGERING -> removed:           the grace time is over: Interest(REMOVE)
 *   LIVE, LINGERING -> INTEREST_PENDING: the chain could not be continued: InterestOn says anew from where it goes on
 *   INTEREST_PENDING -> removed:    an attach finds it without subscriptions
 * </pre>
 *
 * <p>Two offsets tell how far it is: {@link #head}, the last message that the chain has brought, and {@link #released},
 * the last one that sessions may see. They differ while a {@code PAYMENT} message waits to be forced, and while messages
 * between them are fetched from the journal.
 */
final class ShardTopic {

    /** Where a topic is in its life. */
    enum State {
        INTEREST_PENDING,
        LIVE,
        LINGERING
    }

    private static final Subscription[] NO_SUBSCRIPTIONS = new Subscription[0];

    final String name;

    State state = State.INTEREST_PENDING;

    /** The interned id; 0 while the topic does not exist. */
    long topicId;

    /** The version of the interest that was last announced. */
    long version;

    /** True once the interest was said in the present attach. */
    boolean announced;

    /** True once {@link #head} is known; it stays so while the interest is said anew. */
    boolean positioned;

    /** The last message that the chain has brought; those up to it are in the journal for certain. */
    long head;

    /** The last message that sessions may see. */
    long released;

    /** Where the head is in the window; {@link FrameWindow#NONE} when it is not. */
    long lastEntry = FrameWindow.NONE;

    /** A sequence that the head does not exceed. */
    long lastSequence;

    /** True when messages are released only once they are forced. */
    boolean payment;

    /** The next message to release waits for this to be forced; 0 when it waits for nothing known. */
    long heldSequence;

    /** True while it is among those whose release lags behind their head. */
    boolean lagging;

    /** The read that fills the gap between released and head; null for none. */
    PendingFetch fill;

    /** Fills in a row that brought nothing. */
    int fillFailures;

    /** When its grace time is over. */
    long lingerDeadlineNs;

    /** True while the queue of lingering topics names it. */
    boolean lingerQueued;

    /** Its index in the table; -1 once it was removed. */
    int index = -1;

    /** How many subscriptions want to be told who joins and leaves. */
    int joinLeaves;

    /** How many subscriptions others may see. */
    int clients;

    /** How many of them each user has; null while they are few. */
    Object2IntCounterMap<String> users;

    /** When the joins and leaves told so far would have been due at an even pace; means nothing before the first. */
    long tellDueNs;

    /** True once a join or leave was told. */
    boolean hasTold;

    /** The first subscription: most topics have no other, and a message finds it without another miss of the caches. */
    private Subscription first;

    /** Those after the first. */
    private Subscription[] others = NO_SUBSCRIPTIONS;

    private int size;

    ShardTopic(final String name) {
        this.name = name;
    }

    boolean isPending() {
        return state == State.INTEREST_PENDING;
    }

    int size() {
        return size;
    }

    Subscription get(final int index) {
        return index == 0 ? first : others[index - 1];
    }

    void add(final Subscription subscription) {
        if (size > others.length) {
            others = Arrays.copyOf(others, size + (size >> 1));
        }
        subscription.index = size;
        put(size++, subscription);
        if (subscription.joinLeave) {
            joinLeaves++;
        }
    }

    /** Removes a subscription; the last one takes its place, so iterate backwards when removing. */
    void remove(final Subscription subscription) {
        final Subscription last = get(--size);
        put(size, null);
        if (last != subscription) {
            put(subscription.index, last);
            last.index = subscription.index;
        }
        subscription.index = -1;
        if (subscription.joinLeave) {
            joinLeaves--;
        }
        if (size <= 1) {
            others = NO_SUBSCRIPTIONS;
        }
    }

    /** True when some session takes messages as they are released. */
    boolean hasLive() {
        for (int i = 0; i < size; i++) {
            if (get(i).state == Subscription.State.LIVE) {
                return true;
            }
        }
        return false;
    }

    /** Reads something of all that a message needs, so that it is at hand; what is of no use. */
    long look() {
        return size == 0 ? head : head + first.offset + first.session.lastSequence;
    }

    private void put(final int index, final Subscription subscription) {
        if (index == 0) {
            first = subscription;
        } else {
            others[index - 1] = subscription;
        }
    }

    /** Forgets how far it was: the next InterestOn says it. */
    void forget() {
        state = State.INTEREST_PENDING;
        positioned = false;
        topicId = 0;
        head = 0;
        released = 0;
        lastEntry = FrameWindow.NONE;
        lastSequence = 0;
        heldSequence = 0;
    }
}
