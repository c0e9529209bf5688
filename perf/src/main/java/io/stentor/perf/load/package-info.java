/**
 * Loads the engine, checks what comes out of it and reads the curves.
 *
 * <pre>
 *   generator's thread                     the path under load           shard's thread
 *   OpenLoop | ClosedLoop ─► Sender ─► MessagePath (EnginePath) ─► Receiver ─► StreamCheck
 *       │ Arrivals              Payload          │                     Payload
 *       ▼                                        ▼
 *   send lag                              stage timers, receipts (Acknowledgements)
 *       └──────────────► StageLog ◄──────────────┘        reporter's thread: LoadRun
 *                           │
 *                           ▼
 *           RunResult ─► ResultPrinter, Results, PassJudge
 * </pre>
 *
 * <p>Every message carries the time at which it was <em>meant</em> to be sent, and latency counts from there: a path that
 * stalls the generator does not hide the messages that it kept waiting.
 */
package io.stentor.perf.load;
