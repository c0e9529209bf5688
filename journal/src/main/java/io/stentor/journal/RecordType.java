package io.stentor.journal;

/**
 * What a record is: the byte at {@link RecordLayout#TYPE_OFFSET}.
 *
 * <p>The codes are part of the format on disk: they are never changed and never reused. A reader that meets a code it
 * does not know must hand the record on or stop, but never skip it unseen.
 */
public final class RecordType {
    /** A message of a topic; its body is a {@link MessageBody}. */
    public static final byte MESSAGE = 1;

    /** The first record of a term; its body is a {@link TermBody}. */
    public static final byte TERM = 2;

    /** A topic's name gets its id; its body is a {@link TopicBody}. */
    public static final byte TOPIC = 3;

    /** Engine time passed while nothing else was recorded; no body. */
    public static final byte TICK = 4;

    /** Cursors of devices moved; its body is a {@link CursorBody}. */
    public static final byte CURSOR = 5;

    /** Delivered or read watermarks moved; its body is a {@link WatermarkBody}. */
    public static final byte WATERMARK = 6;

    /** A user becomes a durable member of a topic. */
    public static final byte SUBSCRIBE = 7;

    /** A user is no longer a durable member of a topic. */
    public static final byte UNSUBSCRIBE = 8;

    /** The journal no longer holds what lies before a sequence; its body is a {@link TrimBody}. */
    public static final byte TRIM = 9;

    /** An empty, unsubscribed topic is forgotten. */
    public static final byte TOPIC_FORGET = 10;

    private RecordType() {}

    /**
     * Names a type for a person to read.
     *
     * @param type code of a type, known or not.
     * @return the constant's name, or {@code UNKNOWN(code)}.
     */
    public static String nameOf(byte type) {
        return switch (type) {
            case MESSAGE -> "MESSAGE";
            case TERM -> "TERM";
            case TOPIC -> "TOPIC";
            case TICK -> "TICK";
            case CURSOR -> "CURSOR";
            case WATERMARK -> "WATERMARK";
            case SUBSCRIBE -> "SUBSCRIBE";
            case UNSUBSCRIBE -> "UNSUBSCRIBE";
            case TRIM -> "TRIM";
            case TOPIC_FORGET -> "TOPIC_FORGET";
            default -> "UNKNOWN(" + type + ")";
        };
    }
}
