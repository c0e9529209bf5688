package io.stentor.perf.result;

/**
 * What a process took while it was measured. A figure that the system does not tell of it is null.
 *
 * @param process which: {@code rig}, {@code engine}, {@code shard 2}.
 * @param wallNs time in which it took it.
 * @param cpuTimeNs of all threads, in and out of the kernel.
 * @param allocatedBytes by Java threads.
 * @param gcCount collections.
 * @param gcTimeMs time in them.
 * @param safepoints stops of all threads.
 * @param safepointTimeMs time in them.
 * @param voluntarySwitches a thread waited.
 * @param involuntarySwitches a thread was moved off its core.
 * @param stealShare share of the machine's processor time that its host gave to others, from 0 to 1.
 * @param residentBytes at the end.
 */
public record ProcessCost(
        String process,
        long wallNs,
        long cpuTimeNs,
        Long allocatedBytes,
        Long gcCount,
        Long gcTimeMs,
        Long safepoints,
        Long safepointTimeMs,
        Long voluntarySwitches,
        Long involuntarySwitches,
        Double stealShare,
        Long residentBytes) {

    /** Cores that it kept busy. */
    public double cores() {
        return wallNs <= 0 ? 0 : (double) cpuTimeNs / wallNs;
    }
}
