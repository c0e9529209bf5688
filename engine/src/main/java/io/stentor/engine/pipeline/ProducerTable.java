package io.stentor.engine.pipeline;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * Remembers how far each producer that numbers its messages has got: one entry each, without limit in time. The results
 * of its last {@value #REMEMBERED} messages are kept, which is more than a client has under way; an older repeat is
 * recognised too, but its offset is no longer known. One thread, the sequencing step's.
 */
final class ProducerTable {

    /** How many of a producer's last results are kept. */
    static final int REMEMBERED = 32;

    private final Long2ObjectHashMap<Entry> entries = new Long2ObjectHashMap<>();
    private Entry first;
    private Entry last;

    /** The entry of a producer, or null when it has sent nothing yet. */
    Entry find(final long producerId) {
        return entries.get(producerId);
    }

    /** Takes note of a message that was recorded; its number is greater than the producer's last. */
    void add(
            final long producerId,
            final long producerSequence,
            final long contentHash,
            final long sequence,
            final long topicOffset) {
        Entry entry = entries.get(producerId);
        if (entry == null) {
            entry = new Entry(producerId);
            entries.put(producerId, entry);
            if (last == null) {
                first = entry;
            } else {
                last.following = entry;
            }
            last = entry;
        }
        entry.add(producerSequence, contentHash, sequence, topicOffset);
    }

    /** The producer that came first, or null when there is none; {@link Entry#following} leads to the others. */
    Entry first() {
        return first;
    }

    /** What is remembered of one producer. */
    static final class Entry {

        private static final int WIDTH = 4;

        private final long producerId;
        private final long[] results = new long[REMEMBERED * WIDTH];
        private Entry following;
        private long lastProducerSequence;
        private int next;

        Entry(final long producerId) {
            this.producerId = producerId;
        }

        long producerId() {
            return producerId;
        }

        /** The producer that came after this one, or null. */
        Entry following() {
            return following;
        }

        /** Where the {@code age}-th oldest of {@value #REMEMBERED} results is kept, or -1 while there are fewer. */
        int oldest(final int age) {
            final int at = (next + age) % REMEMBERED * WIDTH;
            return results[at + 2] == 0 ? -1 : at;
        }

        long producerSequence(final int at) {
            return results[at];
        }

        /** The greatest number that was recorded. */
        long lastProducerSequence() {
            return lastProducerSequence;
        }

        /** Where the result of that number is kept, or -1 when it is no longer. */
        int find(final long producerSequence) {
            for (int i = 0; i < REMEMBERED; i++) {
                if (results[i * WIDTH] == producerSequence && results[i * WIDTH + 2] != 0) {
                    return i * WIDTH;
                }
            }
            return -1;
        }

        long contentHash(final int at) {
            return results[at + 1];
        }

        long sequence(final int at) {
            return results[at + 2];
        }

        long topicOffset(final int at) {
            return results[at + 3];
        }

        private void add(
                final long producerSequence, final long contentHash, final long sequence, final long topicOffset) {
            final int at = next * WIDTH;
            results[at] = producerSequence;
            results[at + 1] = contentHash;
            results[at + 2] = sequence;
            results[at + 3] = topicOffset;
            next = (next + 1) % REMEMBERED;
            lastProducerSequence = producerSequence;
        }
    }
}
