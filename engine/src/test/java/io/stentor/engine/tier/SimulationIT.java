package io.stentor.engine.tier;

import io.stentor.engine.simulation.TierSimulation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A whole tier out of a seed, with every fault that the network, the disk, the processes and the clients have. To run one seed
 * alone: {@code -Dit.test=SimulationIT -Dstentor.tier.seed=N}.
 */
final class SimulationIT {

    /** Seeds of one round. */
    private static final int SEEDS = 10;

    @Test
    @Tag("simulation")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldKeepThePromiseWhateverTheSeed() {
        if (!TierSimulation.runNamed()) {
            Storm.run("simulation", "tier", 30, 2_000, (number, seed) -> TierSimulation.run(seed, SEEDS));
        }
    }
}
