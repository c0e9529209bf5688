package io.stentor.engine.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows one reader of one topic:
 *
 * <pre>
 *   BEGAN, SNAPSHOT -> reading after the offset, with no claim on what was before
 *   ASKED           -> holds the position that it has read up to
 *   RECOVERED       -> reading on, exactly after the position it asked for, which must be good
 *   DELIVERED       -> the next offset and no other
 * </pre>
 */
final class ReaderCheck {

    private final LogModel log;
    private final List<Violation> violations;
    private final Map<String, Event> deliveredByHash = new HashMap<>();
    private final Map<Long, Event> deliveredByOffset = new HashMap<>();
    private Event position;
    private Event asked;

    ReaderCheck(final LogModel log, final List<Violation> violations) {
        this.log = log;
        this.violations = violations;
    }

    void accept(final Event event) {
        switch (event.kind()) {
            case BEGAN -> moveTo(event);
            case ASKED -> asked(event);
            case RECOVERED -> recovered(event);
            case SNAPSHOT -> snapshot(event);
            case DELIVERED -> delivered(event);
            case CAUGHT_UP -> {
                if (position == null || position.offset() < event.offset()) {
                    report(Violation.Kind.GAP, "the reader never got everything", position, event);
                }
            }
            default -> throw new IllegalArgumentException("not a reader's: " + event);
        }
    }

    private void asked(final Event event) {
        if (position != null && event.offset() != position.offset()) {
            report(Violation.Kind.GAP, "the reader holds another position than it has read", position, event);
        }
        asked = event;
    }

    private void recovered(final Event event) {
        if (asked == null || event.offset() != asked.offset()) {
            report(Violation.Kind.GAP, "recovered from another position than asked for", asked, event);
        }
        if (asked != null && !isGood(asked, event)) {
            report(
                    Violation.Kind.RECOVERY,
                    "recovered although what the reader has seen up to offset " + asked.offset()
                            + " was taken back: a good position of that term ends at "
                            + log.lastGood(asked.topic(), asked.term()),
                    asked,
                    event);
        }
        // What it has seen counts on: nothing of it may come again.
        position = event;
        asked = null;
    }

    private void snapshot(final Event event) {
        final Event held = asked == null ? position : asked;
        if (held != null && isGood(held, event)) {
            report(Violation.Kind.RECOVERY, "refused although the position is good", held, event);
        }
        moveTo(event);
    }

    private void moveTo(final Event event) {
        position = event;
        asked = null;
        deliveredByHash.clear();
        deliveredByOffset.clear();
    }

    private void delivered(final Event event) {
        final long expected = position == null ? 0 : position.offset() + 1;
        if (event.offset() > expected) {
            report(
                    Violation.Kind.GAP,
                    "offsets " + expected + " to " + (event.offset() - 1) + " are missing",
                    position,
                    event);
        } else if (event.offset() < expected) {
            final Event before = deliveredByOffset.get(event.offset());
            report(
                    before == null ? Violation.Kind.REORDER : Violation.Kind.DUPLICATE,
                    "offset " + event.offset() + " comes after " + (expected - 1),
                    before == null ? position : before,
                    event);
        }
        final Event twin = deliveredByHash.put(event.field("hash"), event);
        if (twin != null && twin.offset() != event.offset()) {
            report(Violation.Kind.DUPLICATE, "one message was delivered at two offsets", twin, event);
        }
        deliveredByOffset.put(event.offset(), event);
        if (event.offset() >= expected) {
            position = event;
        }
    }

    /** Whether the rule of the design accepts the position in the term of the answer. */
    private boolean isGood(final Event held, final Event answer) {
        return held.term() == answer.term()
                || (held.term() < answer.term() && held.offset() <= log.lastGood(held.topic(), held.term()));
    }

    private void report(final Violation.Kind kind, final String what, final Event... proof) {
        final List<Event> present = new ArrayList<>();
        for (final Event event : proof) {
            if (event != null) {
                present.add(event);
            }
        }
        violations.add(Violation.of(kind, what, present.toArray(Event[]::new)));
    }
}
