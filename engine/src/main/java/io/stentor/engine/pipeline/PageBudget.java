package io.stentor.engine.pipeline;

/**
 * What reads for shards may cost within one duty cycle of the views' thread, all shards together, so that the index beside them
 * keeps up with the journal. One thread, the views'.
 */
final class PageBudget {

    /** Records read in a cycle: at most some 3 ms of random reads from memory. */
    static final int RECORDS_PER_CYCLE = 256;

    /** Bytes of payload sent in a cycle; the last record may go beyond. */
    static final int BYTES_PER_CYCLE = 1024 * 1024;

    /** Records that one shard may take before the next one has its turn. */
    static final int RECORDS_PER_TURN = 32;

    /** Bytes of payload that one shard may take before the next one has its turn. */
    static final int BYTES_PER_TURN = 128 * 1024;

    private int records;
    private int bytes;
    private int turnRecords;
    private int turnBytes;

    /** A new cycle. */
    void begin() {
        records = RECORDS_PER_CYCLE;
        bytes = BYTES_PER_CYCLE;
    }

    /** True when nothing more is to be done in this cycle. */
    boolean isSpent() {
        return records <= 0 || bytes <= 0;
    }

    /** The next shard's turn. */
    void beginTurn() {
        turnRecords = Math.min(records, RECORDS_PER_TURN);
        turnBytes = Math.min(bytes, BYTES_PER_TURN);
    }

    /** True when it is the next shard's turn. */
    boolean isTurnOver() {
        return turnRecords <= 0 || turnBytes <= 0;
    }

    /** A record was read, or a page begun, which costs as much. */
    void take(final int payloadLength) {
        records--;
        turnRecords--;
        bytes -= payloadLength;
        turnBytes -= payloadLength;
    }
}
