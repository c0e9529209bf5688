package io.stentor.transport.gateway.token;

/**
 * What a token that holds says.
 *
 * @param user the account, claim {@code sub}.
 * @param device the installation, claim {@code dev}; empty when absent.
 * @param info what others may see of the user, claim {@code info}, as JSON; null when absent.
 * @param topic the private topic that it gives a right to, claim {@code channel}; empty in a connection's token.
 * @param expiresAtSeconds when it ends, claim {@code exp}, seconds since 1970.
 */
public record VerifiedToken(String user, String device, byte[] info, String topic, long expiresAtSeconds) {}
