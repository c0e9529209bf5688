/**
 * The capacity planner: what users of a {@linkplain io.stentor.perf.plan.profile.Profile profile} ask of a fleet, and how
 * large that has to be by what was measured.
 *
 * <pre>
 *   Profile ─► Demand ──────────────┐
 *   results ─► Curves ─► Evidence ──┼─► Sizer ─► Sizing ─► Planner ─► Plan ─► PlanPrinter, JSON
 *   --machine ─► MachineSpec ───────┘              ▲          │
 *                                                  └──────────┘ sensitivity: again, with each assumption changed
 * </pre>
 *
 * <p>A figure that no result backs stays empty and is named; none has a default.
 */
package io.stentor.perf.plan;
