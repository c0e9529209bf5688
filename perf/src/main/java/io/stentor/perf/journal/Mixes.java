package io.stentor.perf.journal;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/**
 * The 99th percentile of {@code JOURNALED} acknowledgements through the engine, with one publish in a hundred at {@code SYNCED} and
 * with none; from a message's intended time to its receipt.
 */
final class Mixes {
    private static final int SYNCED_EVERY = 100;

    private Mixes() {}

    static List<Duel> duels(final NanoClock clock) {
        return List.of(new Duel(
                String.format("p99 of JOURNALED acknowledgements at %,d messages/s", PacedPublishes.rate()),
                "no publish at SYNCED",
                directory -> percentile(directory, Long.MAX_VALUE, clock),
                "one in " + SYNCED_EVERY + " at SYNCED",
                directory -> percentile(directory, SYNCED_EVERY, clock),
                Duel.Unit.TIME,
                Goal.atMost(2)));
    }

    private static double percentile(final Path directory, final long syncedEvery, final NanoClock clock) {
        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().directory(directory))) {
            return new PacedPublishes(engine, 1, syncedEvery, clock).run().getValueAtPercentile(99);
        }
    }
}
