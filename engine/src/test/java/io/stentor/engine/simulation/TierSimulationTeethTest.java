package io.stentor.engine.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bugs that are planted around the real tier: the simulation finds each, and calls it by its name. */
final class TierSimulationTeethTest {

    private static final int SEEDS_MAX = 150;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldFind(final Flaw flaw) {
        final SplittableRandom seeds = new SplittableRandom(1);
        for (int i = 0; i < SEEDS_MAX; i++) {
            try {
                TierSimulation.run(seeds.nextLong(Long.MAX_VALUE), flaw);
            } catch (final AssertionError found) {
                assertTrue(flaw.isNamedBy(found.getMessage()), found::getMessage);
                return;
            }
        }
        fail(flaw + " is not found in " + SEEDS_MAX + " seeds");
    }
}
