package io.stentor.engine.history;

import java.util.List;

/** What a line of a history can say, and the names of its fields in their order. */
public enum EventKind {
    /** A publisher is about to ask. */
    INVOKED("topic", "key", "hash", "level"),
    /** A publisher was told that it is done; {@code how} is {@code new} or {@code repeated}. */
    ACKNOWLEDGED("topic", "key", "epoch", "offset", "level", "how"),
    /** A publisher was refused. */
    REFUSED("topic", "key", "code"),
    /** A publisher was told nothing: it may have happened or not. */
    UNANSWERED("topic", "key"),

    /** A reader begins after a position, without a claim on what was before. */
    BEGAN("topic", "epoch", "offset"),
    /** A reader is about to ask for everything after the position that it holds. */
    ASKED("topic", "epoch", "offset"),
    /** A reader was told that nothing is missing after that position. */
    RECOVERED("topic", "epoch", "offset"),
    /** A reader was told that its position is lost, and goes on after another. */
    SNAPSHOT("topic", "epoch", "offset"),
    /** A reader was given a message. */
    DELIVERED("topic", "epoch", "offset", "hash"),
    /** A page of a topic's history held a message. */
    READ("topic", "epoch", "offset", "hash"),
    /** A reader waited until it had everything up to an offset. */
    CAUGHT_UP("topic", "offset"),

    /** A device is about to acknowledge. */
    CURSOR("topic", "device", "offset"),
    /** A device knows that its acknowledgement is journaled. */
    HELD("topic", "device", "offset"),
    /** A device went on by its cursor, after this offset. */
    RESUMED("topic", "device", "offset"),

    /** The tier serves, under this epoch. */
    STARTED("epoch"),
    /** A fault is about to happen: the name of a {@link Fault}. */
    FAULT("fault"),
    /** The fault has happened. */
    DOWN("fault"),

    /** The journal, read at the end: a term begins. */
    TERM("epoch"),
    /** The journal, read at the end: a message, with the term of its record. */
    STORED("topic", "epoch", "offset", "hash");

    /** Separated by blanks. */
    private final String fields;

    EventKind(final String... fields) {
        this.fields = String.join(" ", fields);
    }

    List<String> fields() {
        return List.of(fields.split(" "));
    }
}
