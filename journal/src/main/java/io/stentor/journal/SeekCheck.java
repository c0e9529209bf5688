package io.stentor.journal;

/** What every reader demands of a sequence to seek. Stateless. */
final class SeekCheck {
    private SeekCheck() {}

    static void requireWithin(long sequence, long lastSequence) {
        if (sequence < 1 || sequence > lastSequence + 1) {
            throw new IllegalArgumentException("sequence=" + sequence + " is not within 1.." + (lastSequence + 1));
        }
    }
}
