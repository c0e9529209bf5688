package io.stentor.transport.gateway;

/**
 * A live connection as others see it.
 *
 * @param client its connection id.
 * @param user its account; empty for an anonymous client.
 * @param info what its token says about the user, as JSON; null for nothing.
 */
public record ClientInfo(String client, String user, byte[] info) {}
