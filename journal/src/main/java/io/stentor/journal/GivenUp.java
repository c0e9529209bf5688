package io.stentor.journal;

/**
 * Records that an operator has given up, so that the log is sound without them.
 *
 * <p>Those at the end of the log have sequences that were given to other records afterwards; then
 * {@code firstSequence} is {@code endSequence + 1}. Any others left a gap.
 *
 * @param firstSequence the first of them.
 * @param lastSequence the last of them; at the end of the log nobody knows how many followed.
 * @param endSequence the last record that the log had when they were given up: the next one begins the first term that
 *     knows of it.
 */
public record GivenUp(long firstSequence, long lastSequence, long endSequence) {}
