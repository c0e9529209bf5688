/**
 * Who sends what to whom: a profile is a YAML file, shipped or your own, whose every figure is an assumption of a plan and
 * the shape of a load.
 *
 * <pre>
 *   file ─► ProfileReader ─► Profile ── figures, group sizes, rows of the mix
 *                              ├──► a plan's demand      (io.stentor.perf.plan)
 *                              └──► ProfileLoad, MessageMix: the same load at a rate that one machine takes
 * </pre>
 */
package io.stentor.perf.plan.profile;
