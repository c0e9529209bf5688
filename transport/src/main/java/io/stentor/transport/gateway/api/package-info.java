/**
 * The HTTP API for backends, in the shape of the public server API of the Centrifuge family: JSON bodies, one path per
 * method, refusals as {@code {"error":{"code","message"}}}.
 */
package io.stentor.transport.gateway.api;
