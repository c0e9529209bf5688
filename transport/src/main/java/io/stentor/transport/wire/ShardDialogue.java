package io.stentor.transport.wire;

/** The dialogue of engine and shard: what of it is more than a message of the schema. */
public final class ShardDialogue {

    /**
     * The version that this build speaks. A shard names its own in its attach, and an engine of another refuses it; it grows
     * when an order or a meaning changes, while a new field at a message's end is the schema's own version.
     */
    public static final int VERSION = 2;

    private ShardDialogue() {}
}
