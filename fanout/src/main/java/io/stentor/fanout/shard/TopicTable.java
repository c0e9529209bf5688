package io.stentor.fanout.shard;

import io.stentor.transport.wire.InterestOp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.Object2ObjectHashMap;

/**
 * The topics of the shard by name and by id, and the changes of interest that the engine is yet to be told. One thread, the
 * shard's; bounded by the limit of topics.
 */
final class TopicTable {

    /** Changes of interest sent in one duty cycle; some 16 KiB of control messages. */
    private static final int CHANGES_PER_CYCLE = 256;

    private record Change(InterestOp op, long version, ShardTopic topic) {}

    private final Object2ObjectHashMap<String, ShardTopic> byName = new Object2ObjectHashMap<>();
    private final Long2ObjectHashMap<ShardTopic> byId = new Long2ObjectHashMap<>();
    private final List<ShardTopic> all = new ArrayList<>();
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private final ArrayDeque<ShardTopic> lingering = new ArrayDeque<>();
    private final ControlStream control;
    private final int topicsMax;
    private final long lingerNs;
    private long version;

    TopicTable(final ControlStream control, final int topicsMax, final long lingerNs) {
        this.control = control;
        this.topicsMax = topicsMax;
        this.lingerNs = lingerNs;
    }

    /** The topic of that id; null when the shard does not hold it. */
    ShardTopic byId(final long topicId) {
        return byId.get(topicId);
    }

    /** The topic of that name; null when the shard does not hold it. */
    ShardTopic byName(final String name) {
        return byName.get(name);
    }

    int size() {
        return all.size();
    }

    ShardTopic get(final int index) {
        return all.get(index);
    }

    /** The version of the newest change of interest. */
    long version() {
        return version;
    }

    /**
     * The topic of that name, wanted from now on.
     *
     * @return null when the limit of topics is reached.
     */
    ShardTopic obtain(final String name) {
        final ShardTopic known = byName.get(name);
        if (known != null) {
            return known;
        }
        if (all.size() == topicsMax) {
            return null;
        }
        final ShardTopic topic = new ShardTopic(name);
        topic.index = all.size();
        topic.version = ++version;
        all.add(topic);
        byName.put(name, topic);
        changes.add(new Change(InterestOp.ADD, version, topic));
        return topic;
    }

    /** Gives a topic its id. */
    void bind(final ShardTopic topic, final long topicId) {
        if (topic.topicId == topicId) {
            return;
        }
        unbind(topic);
        topic.topicId = topicId;
        if (topicId != 0) {
            byId.put(topicId, topic);
        }
    }

    void unbind(final ShardTopic topic) {
        if (topic.topicId != 0) {
            byId.remove(topic.topicId);
            topic.topicId = 0;
        }
    }

    /** Takes note that the last local subscription of a topic has ended. */
    void linger(final ShardTopic topic, final long nowNs) {
        if (topic.isPending()) {
            return;
        }
        topic.state = ShardTopic.State.LINGERING;
        topic.lingerDeadlineNs = nowNs + lingerNs;
        if (!topic.lingerQueued) {
            topic.lingerQueued = true;
            lingering.add(topic);
        }
    }

    /** Begins an attach: what is held is announced as one set, and earlier changes are part of it. */
    void beginAttach() {
        changes.clear();
        for (final ShardTopic topic : all) {
            topic.announced = false;
        }
    }

    /** Ends an attach: topics that came too late for its set follow as changes, those that nobody wants are dropped. */
    void endAttach() {
        changes.clear();
        for (int i = all.size() - 1; i >= 0; i--) {
            final ShardTopic topic = all.get(i);
            if (topic.size() == 0 && topic.isPending()) {
                remove(topic);
            } else if (!topic.announced) {
                topic.version = ++version;
                changes.add(new Change(InterestOp.ADD, version, topic));
            }
        }
    }

    /** Tells the engine of changes while the shard is attached, as far as the control stream takes them. */
    int announce() {
        int work = 0;
        Change change;
        while (work < CHANGES_PER_CYCLE && (change = changes.peek()) != null) {
            if (!control.interest(change.op, change.version, change.topic.name)) {
                break;
            }
            change.topic.announced = true;
            changes.remove();
            work++;
        }
        return work;
    }

    /** Drops topics whose grace time is over; only while the shard is attached. */
    int expire(final long nowNs) {
        int work = 0;
        ShardTopic topic;
        while (work < CHANGES_PER_CYCLE
                && (topic = lingering.peek()) != null
                && (topic.state != ShardTopic.State.LINGERING || topic.lingerDeadlineNs - nowNs <= 0)) {
            lingering.remove();
            topic.lingerQueued = false;
            if (topic.index >= 0 && topic.state == ShardTopic.State.LINGERING) {
                remove(topic);
            }
            work++;
        }
        return work;
    }

    private void remove(final ShardTopic topic) {
        final ShardTopic last = all.remove(all.size() - 1);
        if (last != topic) {
            all.set(topic.index, last);
            last.index = topic.index;
        }
        topic.index = -1;
        byName.remove(topic.name);
        unbind(topic);
        topic.version = ++version;
        changes.add(new Change(InterestOp.REMOVE, version, topic));
    }
}
