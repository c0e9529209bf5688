package io.stentor.perf.load;

/** A stretch of a message's way that is timed, in the order in which a message takes them. */
enum Stage {
    /** From the intended time until the ring took the message: how late the generator was. */
    SEND_LAG("send lag"),
    /** From the offer until the sequencing step took it from the ring. */
    RING_WAIT("ring wait"),
    /** Of a batch in the journal step. */
    JOURNAL("journal"),
    /** Of a batch in the route and send steps. */
    ROUTE_AND_SEND("route + send"),
    /** From the offer until the shard had it. */
    PUBLISH_TO_SHARD("publish -> shard"),
    /** From the offer until a client's own acknowledgement was there. */
    PUBLISH_TO_ACK("publish -> ack"),
    /** From the intended time until the publisher's receipt at the level it asked for. */
    INTENDED_TO_RECEIPT("intended -> receipt"),
    /** From the intended time until the subscriber's callback. */
    END_TO_END("end to end");

    private final String label;

    Stage(final String label) {
        this.label = label;
    }

    /** What a person reads. */
    String label() {
        return label;
    }

    /** What a histogram log is tagged with: no blanks, no commas. */
    String tag() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
