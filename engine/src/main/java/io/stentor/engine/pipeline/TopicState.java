package io.stentor.engine.pipeline;

import io.stentor.fanout.route.RoutedTopic;
import io.stentor.transport.wire.DeliveryClass;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One topic as the sequencing step knows it. There is one object per name, so a publisher that keeps it pays for no
 * look-up. Its head is written by the sequencing step's thread alone; its id becomes visible to every thread once, when
 * the topic is opened by a record.
 */
public final class TopicState {

    private final String name;
    private final UnsafeBuffer nameBytes;
    private final long nameHash;
    /** Written once by the sequencing step; read by any thread. 0 while no record has opened the topic. */
    private volatile long id;

    private DeliveryClass deliveryClass;
    private RoutedTopic routed;
    private long headOffset;

    /**
     * The head at the start, and that of what is trimmed: the topic's head when the index knows no message of it. Written by
     * the thread that starts the pipeline, then by the retention's; read by the views'.
     */
    private volatile long headFloor;

    TopicState(final String name, final long nameHash) {
        this.name = name;
        this.nameBytes = new UnsafeBuffer(name.getBytes(StandardCharsets.US_ASCII));
        this.nameHash = nameHash;
    }

    /** The topic's name. */
    public String name() {
        return name;
    }

    /** The topic's interned id; 0 while it does not exist. Any thread. */
    public long id() {
        return id;
    }

    boolean exists() {
        return id != 0;
    }

    UnsafeBuffer nameBytes() {
        return nameBytes;
    }

    long nameHash() {
        return nameHash;
    }

    DeliveryClass deliveryClass() {
        return deliveryClass;
    }

    RoutedTopic routed() {
        return routed;
    }

    long headOffset() {
        return headOffset;
    }

    void headOffset(final long offset) {
        headOffset = offset;
    }

    long headFloor() {
        return headFloor;
    }

    void raiseHeadFloor(final long offset) {
        if (offset > headFloor) {
            headFloor = offset;
        }
    }

    /** Reads something of all that a message needs to know of it; what is of no use. */
    long look() {
        return id == 0 ? 0 : routed.look();
    }

    void open(final long topicId, final DeliveryClass topicClass) {
        deliveryClass = topicClass;
        routed = new RoutedTopic(topicId, name, topicClass);
        id = topicId;
    }
}
