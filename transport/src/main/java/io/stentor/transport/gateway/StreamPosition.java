package io.stentor.transport.gateway;

/**
 * What a client holds of a topic: the epoch ({@code LOG.TERM}) in which it got its last message, and that message's
 * offset.
 *
 * @param epoch the epoch as the client knows it, not yet checked; empty when the client has none.
 * @param offset the offset of the last message the client has; 0 before the first.
 */
public record StreamPosition(String epoch, long offset) {}
