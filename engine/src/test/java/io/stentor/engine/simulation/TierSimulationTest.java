package io.stentor.engine.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A few seeds of the whole tier; {@code SimulationIT} runs many. To run one alone: {@code -Dstentor.tier.seed=N}. */
final class TierSimulationTest {

    private static final int SEEDS = 20;

    @Test
    void shouldKeepThePromiseAndMeetWhatItIsAbout() {
        final Set<Coverage> covered = EnumSet.noneOf(Coverage.class);
        final SplittableRandom seeds = new SplittableRandom(3);
        for (int i = 0; i < SEEDS; i++) {
            covered.addAll(TierSimulation.run(seeds.nextLong(Long.MAX_VALUE)).covered());
        }
        assertEquals(EnumSet.allOf(Coverage.class), covered);
    }

    @Test
    void shouldRepeatItselfFromTheSameSeed() {
        assertEquals(TierSimulation.run(11).digest(), TierSimulation.run(11).digest());
    }
}
