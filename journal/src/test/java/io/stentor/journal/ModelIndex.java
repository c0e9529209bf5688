package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What a {@link TopicIndex} must answer, kept as simply as can be, and a random log that both are asked about. */
final class ModelIndex {
    private record Posting(long topicId, long offset, long sequence) {}

    private static final int TOPICS = 60;

    private final Map<Long, List<Posting>> topics = new TreeMap<>();
    private final List<long[]> terms = new ArrayList<>();
    private final CutJournal journal;
    private final Random random;
    private long term = 3;

    ModelIndex(CutJournal journal, Random random) {
        this.journal = journal;
        this.random = random;
    }

    /** Appends random records: half of the messages go to topic 1, some topics are forgotten, terms begin. */
    void append(int count) {
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(200);
            if (kind == 0) {
                term += 1 + random.nextInt(2);
                note(journal.append(RecordType.TERM, term, 0, 0));
            } else if (kind == 1) {
                long topicId = topicId();
                topics.remove(topicId);
                note(journal.append(RecordType.TOPIC_FORGET, term, topicId, 0));
            } else if (kind < 20) {
                note(journal.append(RecordType.TICK, term, 0, 0));
            } else {
                appendMessage(random.nextBoolean() ? 1 : topicId());
            }
        }
    }

    void appendMessage(long topicId) {
        List<Posting> topic = topics.computeIfAbsent(topicId, id -> new ArrayList<>());
        // After it was forgotten a topic may begin anywhere.
        long offset = topic.isEmpty() ? 1 + random.nextInt(3) : last(topic).offset + 1;
        long sequence = journal.append(RecordType.MESSAGE, term, topicId, offset);
        topic.add(new Posting(topicId, offset, sequence));
        note(sequence);
    }

    /** Follows a trim of the journal. */
    void trim() {
        topics.values().forEach(topic -> topic.removeIf(posting -> posting.sequence < journal.firstSequence()));
        topics.values().removeIf(List::isEmpty);
    }

    /** Compares what can be asked, all of it or samples. */
    void compare(TopicIndex index, boolean all) {
        assertEquals(journal.lastSequence(), index.indexedSequence());
        assertEquals(terms.get(terms.size() - 1)[0], index.lastTerm());
        for (long asked = term; asked > 0 && asked > term - 4; asked--) {
            // What a term's start was that is trimmed, an index that was opened after it knows no better.
            long first = journal.firstSequence();
            long expected = Math.max(first, sequenceOfTermAfter(asked));
            assertEquals(expected, Math.max(first, index.sequenceOfTermAfter(asked)), "term after " + asked);
        }
        for (long topicId = 1; topicId <= TOPICS + 2; topicId++) {
            if (all || random.nextInt(4) == 0) {
                compare(index, topicId, all);
            }
        }
        compareMerged(index);
    }

    private void compare(TopicIndex index, long topicId, boolean all) {
        List<Posting> topic = topics.getOrDefault(topicId, List.of());
        String name = "topic " + topicId;
        assertEquals(topic.isEmpty() ? 0 : last(topic).offset, index.headOffset(topicId), name);
        assertEquals(topic.isEmpty() ? 1 : topic.get(0).offset, index.firstOffset(topicId), name);
        for (Posting posting : topic) {
            if (all || random.nextInt(8) == 0) {
                String where = name + ", offset " + posting.offset;
                assertEquals(posting.sequence, index.sequenceOf(topicId, posting.offset), where);
                assertEquals(posting.offset, index.offsetAfter(topicId, posting.sequence - 1), where);
                assertEquals(posting.offset + 1, index.offsetAfter(topicId, posting.sequence), where);
                assertEquals(posting.offset - 1, index.lastOffsetBefore(topicId, posting.sequence), where);
            }
        }
        if (!topic.isEmpty()) {
            assertEquals(topic.get(0).offset, index.offsetAfter(topicId, 0), name);
            assertEquals(TopicIndex.UNKNOWN, index.sequenceOf(topicId, topic.get(0).offset - 1), name);
            assertEquals(TopicIndex.UNKNOWN, index.sequenceOf(topicId, last(topic).offset + 1), name);
        }
    }

    private void compareMerged(TopicIndex index) {
        long[] asked = random.longs(10, 1, TOPICS + 3).distinct().toArray();
        int count = random.nextInt(asked.length + 1);
        long after =
                journal.firstSequence() - 1 + random.nextLong(journal.lastSequence() - journal.firstSequence() + 2);
        int limit = random.nextInt(300);
        List<Posting> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            topics.getOrDefault(asked[i], List.of()).stream()
                    .filter(posting -> posting.sequence > after)
                    .forEach(expected::add);
        }
        expected.sort(Comparator.comparingLong(Posting::sequence));
        List<Posting> merged = new ArrayList<>();
        int told = index.messagesAfter(
                after,
                asked,
                count,
                limit,
                (topicId, offset, sequence) -> merged.add(new Posting(topicId, offset, sequence)));
        assertEquals(expected.subList(0, Math.min(limit, expected.size())), merged);
        assertEquals(merged.size(), told);
    }

    private void note(long sequence) {
        if (terms.isEmpty() || terms.get(terms.size() - 1)[0] != term) {
            terms.add(new long[] {term, sequence});
        }
    }

    private long sequenceOfTermAfter(long asked) {
        for (long[] known : terms) {
            if (known[0] > asked) {
                return known[1];
            }
        }
        return Long.MAX_VALUE;
    }

    private long topicId() {
        return random.nextLong(1, TOPICS + 1);
    }

    private static Posting last(List<Posting> topic) {
        return topic.get(topic.size() - 1);
    }
}
