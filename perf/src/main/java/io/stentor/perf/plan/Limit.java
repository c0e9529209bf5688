package io.stentor.perf.plan;

/**
 * One reason for a number of groups or machines.
 *
 * @param tier that it bounds.
 * @param name of what runs out.
 * @param units groups or machines that it needs, not rounded; null if nothing measured backs it.
 * @param basis the arithmetic, with the measured figure and the file that it stands in; or what to give, if units is null.
 */
record Limit(Tier tier, String name, Double units, String basis) {

    /** Parts of a fleet that grow by themselves. */
    enum Tier {
        /** Replicated groups that accept, order and journal. */
        ENGINE("groups"),
        /** Machines that hold sessions. */
        SHARD("machines");

        private final String unit;

        Tier(final String unit) {
            this.unit = unit;
        }

        /** What it is counted in. */
        String unit() {
            return unit;
        }
    }

    boolean isKnown() {
        return units != null;
    }
}
