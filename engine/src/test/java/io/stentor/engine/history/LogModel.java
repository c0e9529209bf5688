package io.stentor.engine.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The log as it is at the end: what is stored where, and how far each topic was when each term began. */
final class LogModel {

    private final Map<String, List<Event>> storedByTopic = new HashMap<>();
    private final Map<String, TreeMap<Long, Long>> headByTermByTopic = new HashMap<>();
    private final TreeMap<Long, Event> terms = new TreeMap<>();

    LogModel(final List<Event> events, final List<Violation> violations) {
        Event lastTerm = null;
        final Map<String, Event> byContent = new HashMap<>();
        for (final Event event : events) {
            if (event.kind() == EventKind.TERM) {
                if (lastTerm != null && event.term() <= lastTerm.term()) {
                    violations.add(Violation.of(
                            Violation.Kind.TERM, "term " + event.term() + " begins a second time", lastTerm, event));
                }
                lastTerm = event;
                terms.putIfAbsent(event.term(), event);
            } else if (event.kind() == EventKind.STORED) {
                final List<Event> stored = storedByTopic.computeIfAbsent(event.topic(), topic -> new ArrayList<>());
                if (event.offset() != stored.size() + 1) {
                    violations.add(Violation.of(
                            event.offset() > stored.size() ? Violation.Kind.GAP : Violation.Kind.DUPLICATE,
                            "offset " + event.offset() + " of " + event.topic() + " is stored after " + stored.size(),
                            event));
                }
                stored.add(event);
                final Event twin = byContent.put(event.topic() + " " + event.field("hash"), event);
                if (twin != null) {
                    violations.add(Violation.of(
                            Violation.Kind.DUPLICATE, "one message is stored twice in " + event.topic(), twin, event));
                }
            }
        }
        // A second pass, so that topics whose first message comes later have a head of 0 in the terms before.
        final Map<String, Long> heads = new HashMap<>();
        storedByTopic.keySet().forEach(topic -> heads.put(topic, 0L));
        for (final Event event : events) {
            if (event.kind() == EventKind.TERM) {
                heads.forEach((topic, head) -> headByTermByTopic
                        .computeIfAbsent(topic, name -> new TreeMap<>())
                        .putIfAbsent(event.term(), head));
            } else if (event.kind() == EventKind.STORED) {
                heads.merge(event.topic(), 1L, Long::sum);
            }
        }
    }

    boolean hasTerms() {
        return !terms.isEmpty();
    }

    Iterable<Event> stored() {
        return () -> storedByTopic.values().stream().flatMap(List::stream).iterator();
    }

    /** The message at an offset; null when there is none. */
    Event at(final String topic, final long offset) {
        final List<Event> stored = storedByTopic.getOrDefault(topic, List.of());
        return offset < 1 || offset > stored.size() ? null : stored.get((int) offset - 1);
    }

    /** The first term that began after this one; the greatest number when none has. */
    long termAfter(final long term) {
        final Long after = terms.higherKey(term);
        return after == null ? Long.MAX_VALUE : after;
    }

    /** The last offset of a topic that a position of a term may have: what was there when the next term began. */
    long lastGood(final String topic, final long term) {
        final long after = termAfter(term);
        if (after == Long.MAX_VALUE) {
            return storedByTopic.getOrDefault(topic, List.of()).size();
        }
        return headByTermByTopic.getOrDefault(topic, new TreeMap<>()).getOrDefault(after, 0L);
    }
}
