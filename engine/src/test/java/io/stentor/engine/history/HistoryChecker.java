package io.stentor.engine.history;

import io.stentor.engine.history.Violation.Kind;
import io.stentor.transport.wire.AckLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges a {@link History} when all is over, against the journal as it was read at the end (the lines {@code TERM} and
 * {@code STORED}), by the words of the promise and nothing else:
 *
 * <ul>
 *   <li>What was acknowledged is stored at its offset. A power cut may take back what was acknowledged at {@code
 *       JOURNALED} in the term that it ended, within the window before it, and only if nothing that was acknowledged at
 *       {@code SYNCED} had been asked for after it.
 *   <li>What is stored, delivered or read was published before; once.
 *   <li>What was acknowledged before another message was asked for has a lower offset; and so has what one publisher
 *       asked for before, unless it was refused or taken back and had to be asked for again.
 *   <li>One (epoch, offset) has one content, whoever saw it. A position (LOG.t, o) with o not beyond the topic's last
 *       offset before the first term after t is good: its content is the stored one, and who holds it recovers. All other
 *       positions are refused.
 *   <li>Readers see each offset once, in order and without a gap; cursors neither go back nor ahead.
 * </ul>
 */
public final class HistoryChecker {

    /** What counts in a copy whenever it was written down: questions that may be in it, and the copy itself. */
    private static final Set<EventKind> OF_COPY = Set.of(EventKind.INVOKED, EventKind.TERM, EventKind.STORED);

    /** Where a content was seen. */
    private record Place(String topic, String epoch, long offset) {}

    private final long windowNs;
    private final List<Event> events;
    private final List<Violation> violations = new ArrayList<>();
    private final LogModel log;
    private final Map<String, Event> invokedByContent = new HashMap<>();
    private final Map<String, Event> invokedByKey = new HashMap<>();
    private final Map<Place, Event> contents = new HashMap<>();
    private final List<Event> faults = new ArrayList<>();
    private final Map<Event, Long> termOfFault = new HashMap<>();
    private int takenBack;

    private HistoryChecker(final List<Event> events, final long windowNs) {
        this.windowNs = windowNs;
        this.events = events;
        this.log = new LogModel(events, violations);
        if (!log.hasTerms()) {
            throw new IllegalArgumentException("the journal was not read at the end: there is nothing to compare with");
        }
    }

    /**
     * Judges the files in a directory.
     *
     * @param windowNs how long before a power cut something acknowledged at {@code JOURNALED} may be that it takes.
     */
    public static Verdict check(final Path directory, final long windowNs) throws IOException {
        return check(History.read(directory), windowNs);
    }

    /**
     * Judges a copy of the journal that was made while everything went on: the lines {@code TERM} and {@code STORED} are
     * the copy's. It holds what had been answered when the copying began, and nothing that nobody asked for.
     *
     * @param copiedNs when the copying began.
     */
    public static Verdict checkCopy(final Path directory, final long copiedNs) throws IOException {
        return check(
                History.read(directory).stream()
                        .filter(event -> event.timeNs() <= copiedNs || OF_COPY.contains(event.kind()))
                        .toList(),
                0);
    }

    static Verdict check(final List<Event> events, final long windowNs) {
        return new HistoryChecker(events, windowNs).check();
    }

    private Verdict check() {
        final List<Event> inTime = new ArrayList<>(events);
        inTime.sort(Comparator.comparingLong(Event::timeNs));
        inTime.forEach(this::takeNote);
        checkFaults(inTime);
        for (final Event stored : log.stored()) {
            checkPublished(stored);
            checkContent(stored);
        }
        int acknowledged = 0;
        int delivered = 0;
        for (final Event event : events) {
            switch (event.kind()) {
                case ACKNOWLEDGED -> {
                    acknowledged++;
                    checkAcknowledged(event);
                }
                case DELIVERED, READ -> {
                    delivered++;
                    checkPublished(event);
                    checkContent(event);
                    checkTakenBack(event);
                }
                default -> {
                    // Judged elsewhere.
                }
            }
        }
        checkSyncedBefore(inTime);
        checkLevels();
        checkOrderInTime(inTime);
        checkOrderOfPublishers();
        checkReaders();
        checkCursors(inTime);
        checkAfterFailure(inTime);
        return new Verdict(List.copyOf(violations), acknowledged, delivered, faults.size(), takenBack);
    }

    private void takeNote(final Event event) {
        if (event.kind() == EventKind.INVOKED) {
            final Event before = invokedByContent.putIfAbsent(event.topic() + " " + event.field("hash"), event);
            if (before != null && !before.field("key").equals(event.field("key"))) {
                throw new IllegalArgumentException("two keys have one content: " + before + " and " + event);
            }
            invokedByKey.putIfAbsent(event.topic() + " " + event.field("key"), event);
        }
    }

    private void checkFaults(final List<Event> inTime) {
        long term = 0;
        for (final Event event : inTime) {
            if (event.kind() == EventKind.STARTED) {
                if (event.term() <= term) {
                    violations.add(Violation.of(Kind.TERM, "a start did not begin a new term after " + term, event));
                }
                term = event.term();
            } else if (event.kind() == EventKind.FAULT) {
                faults.add(event);
                termOfFault.put(event, term);
            }
        }
    }

    /** Somebody asked for it, and before it was seen. */
    private void checkPublished(final Event seen) {
        final Event invoked = invokedByContent.get(seen.topic() + " " + seen.field("hash"));
        if (invoked == null) {
            violations.add(Violation.of(Kind.PHANTOM, "nobody published this to " + seen.topic(), seen));
        } else if (seen.kind() != EventKind.STORED && seen.timeNs() < invoked.timeNs()) {
            violations.add(Violation.of(Kind.PHANTOM, "seen before it was published", seen, invoked));
        }
    }

    private void checkContent(final Event seen) {
        final Place place = new Place(seen.topic(), seen.field("epoch"), seen.offset());
        final Event before = contents.putIfAbsent(place, seen);
        if (before != null && !hashOf(before).equals(hashOf(seen))) {
            violations.add(Violation.of(Kind.CONTENT, "two contents at " + place, before, seen));
        }
    }

    /** What somebody saw is still there, unless a power cut took it, and then no position of that term reaches it. */
    private void checkTakenBack(final Event seen) {
        final Event stored = log.at(seen.topic(), seen.offset());
        final boolean isGood = seen.offset() <= log.lastGood(seen.topic(), seen.term());
        if (isGood && stored != null && !hashOf(stored).equals(hashOf(seen))) {
            violations.add(Violation.of(
                    Kind.CONTENT,
                    "what was seen at offset " + seen.offset() + " of " + seen.topic() + " is another now",
                    seen,
                    stored));
        } else if (!isGood && forgetfulFaultOf(seen.term()) == null) {
            violations.add(Violation.of(Kind.LOST, "was seen and is gone, and no power was cut", seen));
        }
    }

    private void checkAcknowledged(final Event event) {
        final Event invoked = invokedByKey.get(keyOf(event));
        if (invoked == null) {
            violations.add(Violation.of(Kind.PHANTOM, "nobody asked for this", event));
            return;
        }
        if (levelOf(event) == AckLevel.ACCEPTED) {
            return;
        }
        checkContent(event);
        if (isStored(event)) {
            return;
        }
        final Event fault = forgetfulFaultOf(event.term());
        if (levelOf(event) == AckLevel.JOURNALED
                && fault != null
                && event.offset() > log.lastGood(event.topic(), event.term())
                && event.timeNs() > fault.timeNs() - windowNs) {
            takenBack++;
            return;
        }
        final Event there = log.at(event.topic(), event.offset());
        final String why = fault == null
                ? "no power was cut"
                : levelOf(event) == AckLevel.JOURNALED ? "the power was cut later than the window" : "it was SYNCED";
        violations.add(
                there == null
                        ? Violation.of(Kind.LOST, event.field("key") + " is gone, and " + why, invoked, event)
                        : Violation.of(
                                Kind.LOST,
                                event.field("key") + " is not where it was acknowledged, and " + why,
                                invoked,
                                event,
                                there));
    }

    /** A force takes everything with it that was journaled before: no matter how much time has passed. */
    private void checkSyncedBefore(final List<Event> inTime) {
        final Map<Long, Event> lastLostByTerm = new HashMap<>();
        final Map<String, Event> lostBeforeInvoke = new HashMap<>();
        for (final Event event : inTime) {
            if (event.kind() == EventKind.ACKNOWLEDGED) {
                final Event lost = lostBeforeInvoke.get(keyOf(event));
                if (lost != null
                        && levelOf(event) == AckLevel.SYNCED
                        && lost.term() == event.term()
                        && event.field("how").equals("new")) {
                    violations.add(Violation.of(
                            Kind.LOST, lost.field("key") + " is gone, and what came after it was SYNCED", lost, event));
                }
                if (levelOf(event) == AckLevel.JOURNALED && !isStored(event)) {
                    lastLostByTerm.put(event.term(), event);
                }
            } else if (event.kind() == EventKind.INVOKED && !lastLostByTerm.isEmpty()) {
                final Event lost = lastLostByTerm.values().stream()
                        .max(Comparator.comparingLong(Event::timeNs))
                        .orElseThrow();
                lostBeforeInvoke.putIfAbsent(keyOf(event), lost);
            }
        }
    }

    /** An answer has the level that its question asked for, and only one answer of a key is the first. */
    private void checkLevels() {
        final Map<String, Event> asked = new HashMap<>();
        final Map<String, Event> taken = new HashMap<>();
        for (final Event event : events) {
            if (event.kind() == EventKind.INVOKED) {
                asked.put(event.actor() + " " + keyOf(event), event);
            } else if (event.kind() == EventKind.ACKNOWLEDGED) {
                final Event question = asked.get(event.actor() + " " + keyOf(event));
                if (question != null
                        && levelOf(event).value() < levelOf(question).value()) {
                    violations.add(Violation.of(
                            Kind.LEVEL,
                            "asked for " + levelOf(question) + " and got " + levelOf(event),
                            question,
                            event));
                }
                if (event.field("how").equals("new") && isStored(event)) {
                    final Event before = taken.put(keyOf(event), event);
                    if (before != null) {
                        violations.add(Violation.of(Kind.DUPLICATE, "taken twice as new", before, event));
                    }
                }
            }
        }
    }

    /** What was acknowledged before another was asked for lies before it. */
    private void checkOrderInTime(final List<Event> inTime) {
        final Map<String, Event> lastByTopic = new HashMap<>();
        final Map<String, Event> lastBeforeInvoke = new HashMap<>();
        final Set<String> judged = new HashSet<>();
        for (final Event event : inTime) {
            if (event.kind() == EventKind.INVOKED) {
                final Event last = lastByTopic.get(event.topic());
                if (last != null) {
                    lastBeforeInvoke.putIfAbsent(keyOf(event), last);
                }
            } else if (event.kind() == EventKind.ACKNOWLEDGED && isStored(event)) {
                // Another's repeat may have been asked for after its original was acknowledged to somebody.
                final Event last = lastBeforeInvoke.get(keyOf(event));
                if (judged.add(keyOf(event)) && last != null && last.offset() >= event.offset()) {
                    violations.add(Violation.of(
                            Kind.REORDER,
                            event.field("key") + " was asked for after " + last.field("key") + " was acknowledged",
                            last,
                            invokedByKey.get(keyOf(event)),
                            event));
                }
                lastByTopic.merge(event.topic(), event, (one, other) -> one.offset() >= other.offset() ? one : other);
            }
        }
    }

    /** What one publisher asked for first lies first, unless it was refused or taken back and asked for again. */
    private void checkOrderOfPublishers() {
        final Map<String, Map<String, Event>> questions = new LinkedHashMap<>();
        final Set<String> askedAgain = new HashSet<>();
        for (final Event event : events) {
            if (event.kind() == EventKind.INVOKED) {
                questions
                        .computeIfAbsent(event.actor() + " " + event.topic(), actor -> new LinkedHashMap<>())
                        .putIfAbsent(event.field("hash"), event);
            } else if (event.kind() == EventKind.REFUSED
                    || (event.kind() == EventKind.ACKNOWLEDGED && !isStored(event))) {
                askedAgain.add(keyOf(event));
            }
        }
        final Map<String, Event> storedByContent = new HashMap<>();
        log.stored().forEach(stored -> storedByContent.put(stored.topic() + " " + hashOf(stored), stored));
        for (final Map<String, Event> publisher : questions.values()) {
            Event lastQuestion = null;
            Event last = null;
            for (final Event question : publisher.values()) {
                final Event stored = storedByContent.get(question.topic() + " " + question.field("hash"));
                final boolean isOwn = invokedByKey.get(keyOf(question)).equals(question);
                if (stored == null || !isOwn || askedAgain.contains(keyOf(question))) {
                    continue;
                }
                if (last != null && last.offset() > stored.offset()) {
                    violations.add(Violation.of(
                            Kind.REORDER,
                            "one publisher's messages are not in its order",
                            lastQuestion,
                            question,
                            last,
                            stored));
                }
                last = stored;
                lastQuestion = question;
            }
        }
    }

    private void checkReaders() {
        final Map<String, ReaderCheck> readers = new HashMap<>();
        for (final Event event : events) {
            switch (event.kind()) {
                case BEGAN, ASKED, RECOVERED, SNAPSHOT, DELIVERED, CAUGHT_UP ->
                    readers.computeIfAbsent(
                                    event.actor() + " " + event.topic(), name -> new ReaderCheck(log, violations))
                            .accept(event);
                default -> {
                    // Not a reader's.
                }
            }
        }
    }

    private void checkCursors(final List<Event> inTime) {
        final Map<String, Event> asked = new HashMap<>();
        final Map<String, Event> held = new HashMap<>();
        for (final Event event : inTime) {
            if (event.kind() == EventKind.CURSOR) {
                asked.merge(deviceOf(event), event, HistoryChecker::further);
            } else if (event.kind() == EventKind.HELD) {
                held.merge(deviceOf(event), event, HistoryChecker::further);
            } else if (event.kind() == EventKind.RESUMED) {
                final Event most = asked.get(deviceOf(event));
                final Event least = held.get(deviceOf(event));
                if (most == null ? event.offset() > 0 : event.offset() > most.offset()) {
                    violations.add(Violation.of(
                            Kind.CURSOR,
                            "the device goes on after offset " + event.offset() + ", which it never acknowledged",
                            most == null ? event : most,
                            event));
                }
                if (least != null && event.offset() < least.offset()) {
                    violations.add(Violation.of(Kind.CURSOR, "the device's cursor went back", least, event));
                }
                held.merge(deviceOf(event), event, HistoryChecker::further);
            }
        }
    }

    /** Another life may acknowledge before it is noted that it has started: its term tells. */
    private void checkAfterFailure(final List<Event> inTime) {
        Event down = null;
        long term = 0;
        final Map<String, Event> asked = new HashMap<>();
        for (final Event event : inTime) {
            if (event.kind() == EventKind.DOWN && event.field("fault").equals(Fault.FORCE_FAILS.name())) {
                down = event;
            } else if (event.kind() == EventKind.STARTED) {
                down = null;
                term = event.term();
            } else if (event.kind() == EventKind.INVOKED) {
                asked.put(event.actor() + " " + keyOf(event), event);
            } else if (event.kind() == EventKind.ACKNOWLEDGED && down != null && event.term() <= term) {
                final Event question = asked.get(event.actor() + " " + keyOf(event));
                final long graceNs = levelOf(event) == AckLevel.SYNCED ? 0 : windowNs;
                if (question != null && question.timeNs() > down.timeNs() + graceNs) {
                    violations.add(Violation.of(
                            Kind.AFTER_FAILURE, "acknowledged although no force succeeds", down, question, event));
                }
            }
        }
    }

    /** The power cut, if any, that may have taken what was not forced in a term. */
    private Event forgetfulFaultOf(final long term) {
        final long after = log.termAfter(term);
        for (final Event fault : faults) {
            final long faultTerm = termOfFault.get(fault);
            if (Fault.valueOf(fault.field("fault")).isForgetful() && faultTerm >= term && faultTerm < after) {
                return fault;
            }
        }
        return null;
    }

    /** Whether this very record is there, not one that was made of a repeat after a power cut took the first. */
    private boolean isStored(final Event acknowledged) {
        final Event stored = log.at(acknowledged.topic(), acknowledged.offset());
        return stored != null
                && acknowledged.offset() <= log.lastGood(acknowledged.topic(), acknowledged.term())
                && hashOf(stored).equals(hashOf(acknowledged));
    }

    /** An acknowledgement names a key: its content is what was asked for under it. */
    private String hashOf(final Event event) {
        if (event.kind() != EventKind.ACKNOWLEDGED) {
            return event.field("hash");
        }
        final Event invoked = invokedByKey.get(keyOf(event));
        return invoked == null ? "" : invoked.field("hash");
    }

    private static Event further(final Event one, final Event other) {
        return other.offset() >= one.offset() ? other : one;
    }

    private static String keyOf(final Event event) {
        return event.topic() + " " + event.field("key");
    }

    private static String deviceOf(final Event event) {
        return event.topic() + " " + event.field("device");
    }

    private static AckLevel levelOf(final Event event) {
        return AckLevel.valueOf(event.field("level"));
    }
}
