/**
 * The Centrifuge client protocol v2 as bytes: one model ({@link io.stentor.transport.gateway.codec.Request} in,
 * {@link io.stentor.transport.gateway.codec.Answer} and {@link io.stentor.transport.gateway.Push} out) and two encodings
 * of it, JSON and Protobuf.
 */
package io.stentor.transport.gateway.codec;
