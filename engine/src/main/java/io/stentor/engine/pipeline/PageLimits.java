package io.stentor.engine.pipeline;

/**
 * How much of a topic to read.
 *
 * @param messagesMax the most messages; 0 for the top position only; negative for as many as one page may carry.
 * @param bytesMax the most bytes of payload; 0 for as many as one page may carry.
 * @param reverse newest first.
 */
public record PageLimits(int messagesMax, int bytesMax, boolean reverse) {}
