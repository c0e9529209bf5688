/**
 * Tells a change in speed from noise.
 *
 * <pre>
 *   files, directories ─► ResultFiles ─┐
 *   two jars, in turn ──► PairedRuns ──┴─► Pairs ─► Figure ─► SignedRank ─► Judgement
 * </pre>
 *
 * <p>A and B are measured in pairs, one right after the other, so that what changes on the machine over minutes falls on both.
 * What is judged is the ratio of B to A within each pair.
 */
package io.stentor.perf.compare;
