package io.stentor.fanout.route;

import io.stentor.transport.wire.DeliveryClass;

/**
 * What routing knows of one topic: who wants it and how far it has got <em>in the send step</em>, which may lag behind
 * the sequencing step. Written by the send step's thread alone; the sequencing state of the topic holds a reference to it,
 * so that a live message finds its shards without a look-up.
 */
public final class RoutedTopic {

    private final long id;
    private final String name;
    private final DeliveryClass deliveryClass;
    private final ShardSet shards = new ShardSet();
    private boolean opened;
    private long headOffset;

    /**
     * A topic that has just got its id.
     *
     * @param id its interned id.
     * @param name its name.
     * @param deliveryClass its class.
     */
    public RoutedTopic(final long id, final String name, final DeliveryClass deliveryClass) {
        this.id = id;
        this.name = name;
        this.deliveryClass = deliveryClass;
    }

    /** The interned id. */
    public long id() {
        return id;
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** The class. */
    public DeliveryClass deliveryClass() {
        return deliveryClass;
    }

    /** The offset of the last message that was routed; 0 before the first. */
    public long headOffset() {
        return headOffset;
    }

    /** Reads something of all that routing needs, so that it is at hand; what is of no use. */
    public long look() {
        return headOffset + shards.size();
    }

    /** Sets what a restart has found in the journal: the topic is open and its last message has this offset. */
    public void restore(final long headOffset) {
        this.opened = true;
        this.headOffset = headOffset;
    }

    boolean opened() {
        return opened;
    }

    void open() {
        opened = true;
    }

    void headOffset(final long offset) {
        this.headOffset = offset;
    }

    ShardSet shards() {
        return shards;
    }
}
