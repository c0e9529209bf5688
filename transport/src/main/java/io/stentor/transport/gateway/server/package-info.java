/**
 * The Netty edge: one server for WebSocket clients, the HTTP API and the health checks.
 *
 * <pre>
 *   socket ── HttpServerCodec ── EdgeRouter ─┬─ /api/*                  ── ApiServer ── ApiPort
 *                                            ├─ /livez, /readyz
 *                                            └─ /connection/websocket   ── ClientChannel ── ClientConnection ── SessionPort
 *                                                                                │
 *   shard thread ── ClientOutbox ── DeliveryRing ══ event loop ══ ClientOutbox ──┘
 * </pre>
 */
package io.stentor.transport.gateway.server;
