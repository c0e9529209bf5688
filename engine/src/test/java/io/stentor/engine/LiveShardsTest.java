package io.stentor.engine;

import io.stentor.fanout.route.LiveShard;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which shards take sessions. */
final class LiveShardsTest {

    private static final String ADDRESS = "ws://edge:8000/connection/websocket";

    @Test
    void shouldListTheEmbeddedShardUntilItDrains() {
        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().journalKind(JournalKind.HEAP))) {
            engine.embeddedAddress(ADDRESS);
            final List<LiveShard> embedded = List.of(new LiveShard(1, "embedded", ADDRESS, 0));
            Await.until(
                    "the engine knows its address", () -> engine.liveShards().equals(embedded));

            engine.sessions().drain();
            Await.until("the engine hears of it", () -> engine.liveShards().isEmpty());
        }
    }
}
