package io.stentor.perf.load;

/**
 * What a publisher was told.
 *
 * @param expected messages that were to be acknowledged, the warm-up's included.
 * @param received receipts that came.
 * @param refused receipts of them that said that the level was not reached.
 * @param outOfOrder receipts that came before one of an earlier message.
 */
record Receipts(long expected, long received, long refused, long outOfOrder) {}
