package io.stentor.engine.history;

import java.util.List;

/**
 * A promise that was broken.
 *
 * @param kind which one.
 * @param what in words.
 * @param proof the lines that show it.
 */
public record Violation(Kind kind, String what, List<String> proof) {

    /** The promises. */
    public enum Kind {
        /** Acknowledged at a level that covers what happened, and not there. */
        LOST,
        /** There twice, handed out twice, or taken twice. */
        DUPLICATE,
        /** Nobody published it. */
        PHANTOM,
        /** Not in the order in which it was published, or not in the order of offsets. */
        REORDER,
        /** Two contents at one (epoch, offset). */
        CONTENT,
        /** Something is missing, and nobody was told. */
        GAP,
        /** A device's cursor went back, or further than it was told to. */
        CURSOR,
        /** A level was asked for and another one given. */
        LEVEL,
        /** Recovered from a position that is lost, or refused one that is good. */
        RECOVERY,
        /** A start did not begin a term of its own. */
        TERM,
        /** Acknowledged after the journal had failed. */
        AFTER_FAILURE
    }

    static Violation of(final Kind kind, final String what, final Event... proof) {
        return new Violation(
                kind, what, List.of(proof).stream().map(Event::toString).toList());
    }

    @Override
    public String toString() {
        return kind + " " + what + "\n    " + String.join("\n    ", proof);
    }
}
