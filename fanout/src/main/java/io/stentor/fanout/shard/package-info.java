/**
 * Holds sessions in the shard's process: follows the engine's chain of frames and hands each message to the sessions of its
 * topic, once, in order and without a gap, or tells them that it cannot.
 *
 * <pre>
 *                                       one thread: Shard.doWork()
 *               +------------------------------------------------------------------------------+
 *               |                      SessionTable, Subscriptions, Presence                   |
 *    live ======#==> LiveReader --> Chain     (does the frame follow?)                         |
 *               |        |            |                                                        |   any thread
 *               |        |            v                                                        |
 *               |        +--> FanOut ----> FrameWindow (recent messages of all topics)         |
 *               |        |      |  ^           |                                               |
 *               |        |      |  | gaps      | what a client missed                          |
 *               |        |      |  |           v                                               |
 *               |        |      |  |   Subscribing, CatchUp, Histories                         |
 *               |        |      |  |           |                      SessionCommands <--------#--- CommandQueue <-- Session
 *               |        |      v  |           v                         |  |  |               |        (bounded)
 *               |        |   SessionSink (bounded outbox) <--------------+  |  |               |
 *               |        +--> Asides (receipts, controls, questions)        |  |               |
 *   pages ======#==> PagesReader --> Fetches <------------------------------+  |               |
 *   fetch <=====#=======================+                                      v               |
 * control <=====#=== ControlStream <-- Attachment, TopicTable, Submits, AckTracker, Signals    |
 *               +------------------------------------------------------------------------------+
 * </pre>
 *
 * <p>Everything a shard holds can be rebuilt from the engine's log: its position is {@code Chain}, the topics' are in
 * {@code TopicTable}, and what a session misses is read back. Every queue has a limit, and what exceeds it is refused with a
 * number, conflated, or ended with a notice; nothing durable is dropped silently. There is no system time, randomness or I/O
 * in here, so that a whole shard runs from a seed.
 */
package io.stentor.fanout.shard;
