package io.stentor.perf.plan;

/**
 * Measured figures that an answer rests on; what no result backs is null.
 *
 * @param engine messages a second that an engine takes within its objective.
 * @param synced the same, each acknowledged once forced to the device.
 * @param deliveries a second that a shard's sessions were given.
 * @param sessions bytes of process memory for a session.
 * @param starts sessions a second that a shard's machine opens.
 */
record Evidence(Measure engine, Measure synced, Measure deliveries, Measure sessions, Measure starts) {

    static final Evidence NONE = new Evidence(null, null, null, null, null);
}
