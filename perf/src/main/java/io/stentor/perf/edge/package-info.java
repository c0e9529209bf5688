/**
 * What the edge costs: the memory of a session, and the time of a delivery.
 *
 * <pre>
 *   this process                          a process of its own
 *   Swarm: event loop ══ sockets ══════►  stentor serve   or, as the floor,   BareServer
 *     SwarmSocket, one each               (class path and flags of this one)
 * </pre>
 *
 * {@code conns} has a swarm for each server, in processes of their own:
 *
 * <pre>
 *   ConnsSwarms ── SwarmProcess ── grow N ──► SwarmMain ══ sockets ══► stentor shard ══ UDP ══► stentor serve --no-shard
 *                  SwarmProcess ── grow N ──► SwarmMain ══ sockets ══► stentor shard ══ UDP ══►
 * </pre>
 *
 * Client and server are two processes because each may open only so many files, and because the memory that is read is
 * the server's alone.
 */
package io.stentor.perf.edge;
