package io.stentor.transport.wire;

/** Bits of a message's flags, on the wire and on disk. A bit, once given, keeps its meaning. */
public final class MessageFlags {

    /** The payload was found at the edge to be one well-formed JSON value. */
    public static final int JSON = 1;

    /** The message carries encoded {@link Tags}. */
    public static final int TAGS = 1 << 1;

    private MessageFlags() {}
}
