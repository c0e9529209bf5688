package io.stentor.perf.plan;

import io.stentor.perf.plan.profile.Assumption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * How the number of machines moves with one assumption while all others stay.
 *
 * @param name of the assumption.
 * @param value of it.
 * @param less change of machines when it is a fifth less, or as much less as its limits let it be.
 * @param more change of machines when it is a fifth more, or as much more as its limits let it be.
 */
record Swing(String name, double value, int less, int more) {

    /** By how much an assumption is changed. */
    static final double STEP = 0.2;

    private static final double UTILISATION_MAX = 1;

    /** Each assumption's, the greatest first; those that move nothing are at the end. */
    static List<Swing> of(final Inputs inputs) {
        final int machines = Sizer.size(inputs).machines();
        final List<Swing> swings = new ArrayList<>();
        inputs.profile()
                .assumptions()
                .map(assumption -> swing(assumption, inputs, machines))
                .forEach(swings::add);
        swings.add(swing(
                "--utilisation",
                inputs.utilisation(),
                machines,
                factor -> inputs.withUtilisation(Math.min(UTILISATION_MAX, inputs.utilisation() * factor))));
        swings.add(swing(
                "--kernel-bytes",
                inputs.kernelBytes(),
                machines,
                factor -> inputs.withKernelBytes(inputs.kernelBytes() * factor)));
        swings.sort(Comparator.comparingInt(Swing::effect).reversed().thenComparing(Swing::name));
        return List.copyOf(swings);
    }

    /** The greater of the two changes, whichever way it goes. */
    int effect() {
        return Math.max(Math.abs(less), Math.abs(more));
    }

    private static Swing swing(final Assumption assumption, final Inputs inputs, final int machines) {
        return swing(
                assumption.name(),
                assumption.value(),
                machines,
                factor -> inputs.withProfile(assumption.scaled().apply(inputs.profile(), factor)));
    }

    private static Swing swing(
            final String name, final double value, final int machines, final DoubleFunction<Inputs> changed) {
        return new Swing(
                name,
                value,
                Sizer.size(changed.apply(1 - STEP)).machines() - machines,
                Sizer.size(changed.apply(1 + STEP)).machines() - machines);
    }
}
