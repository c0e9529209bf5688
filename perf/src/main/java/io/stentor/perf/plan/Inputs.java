package io.stentor.perf.plan;

import io.stentor.perf.plan.profile.Profile;

/**
 * All that the size of a fleet follows from.
 *
 * @param profile what users do.
 * @param evidence what was measured.
 * @param machine that the fleet is made of.
 * @param utilisation share of what was measured, and of a machine, that is planned to be used.
 * @param zones that the fleet is spread over, one of which may fail.
 * @param kernelBytes that the kernel takes for a connection.
 */
record Inputs(
        Profile profile, Evidence evidence, MachineSpec machine, double utilisation, int zones, double kernelBytes) {

    Inputs withProfile(final Profile other) {
        return new Inputs(other, evidence, machine, utilisation, zones, kernelBytes);
    }

    Inputs withUtilisation(final double other) {
        return new Inputs(profile, evidence, machine, other, zones, kernelBytes);
    }

    Inputs withKernelBytes(final double other) {
        return new Inputs(profile, evidence, machine, utilisation, zones, other);
    }
}
