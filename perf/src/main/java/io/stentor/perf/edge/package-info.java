/**
 * What the edge costs: the memory of a session, and the time of a delivery.
 *
 * <pre>
 *   this process                          a process of its own
 *   Swarm: event loop ══ sockets ══════►  stentor serve   or, as the floor,   BareServer
 *     SwarmSocket, one each               (class path and flags of this one)
 * </pre>
 *
 * Client and server are two processes because each may open only so many files, and because the memory that is read is
 * the server's alone.
 */
package io.stentor.perf.edge;
