package io.stentor.journal;

import org.agrona.collections.LongArrayList;

/** Which term began with which record, as far as is known. One thread. */
final class TermStarts {
    private final LongArrayList terms = new LongArrayList();
    private final LongArrayList sequences = new LongArrayList();

    /** Takes note that a record is of a term; what is known already is passed over. */
    void add(long term, long sequence) {
        int at = sequences.size();
        while (at > 0 && sequences.getLong(at - 1) > sequence) {
            at--;
        }
        if (at > 0 && terms.getLong(at - 1) == term) {
            return;
        }
        if (at < terms.size() && terms.getLong(at) == term) {
            sequences.setLong(at, sequence);
            return;
        }
        terms.addLong(at, term);
        sequences.addLong(at, sequence);
    }

    void addAll(long[] pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            add(pairs[i], pairs[i + 1]);
        }
    }

    /** Sequence of the first record of the next term that is known, {@code Long.MAX_VALUE} if there is none. */
    long sequenceAfter(long term) {
        for (int i = terms.size() - 1; i >= 0; i--) {
            if (terms.getLong(i) <= term) {
                return i == terms.size() - 1 ? Long.MAX_VALUE : sequences.getLong(i + 1);
            }
        }
        return terms.isEmpty() ? Long.MAX_VALUE : sequences.getLong(0);
    }

    /** The last term, 0 if there is none. */
    long last() {
        return terms.isEmpty() ? 0 : terms.getLong(terms.size() - 1);
    }
}
