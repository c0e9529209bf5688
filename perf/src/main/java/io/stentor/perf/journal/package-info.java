/**
 * Measures the journal alone against bare Chronicle loops that do the same work without its guarantees.
 *
 * <pre>
 *   JournalCommand ─► Row (append, sync, read, ...) ─► Duel ─► two sides in turn, each in a fresh directory
 *                                                      │
 *                                                      ▼
 *                                        DuelResult: medians, ratio, spread, goal
 * </pre>
 */
package io.stentor.perf.journal;
