package io.stentor.engine;

import io.stentor.transport.wire.AckLevel;

/**
 * What became of a message that was accepted.
 *
 * @param epoch what a client holds beside the offset: the log and the term.
 * @param offset the message's offset in its topic, from 1; 0 at {@code ACCEPTED}, which carries none.
 * @param level the level reached.
 * @param repeated true when an earlier message with the same id was the one that was recorded.
 */
public record Receipt(String epoch, long offset, AckLevel level, boolean repeated) {}
