package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.JournalKind;
import io.stentor.fanout.route.LiveShard;
import io.stentor.transport.gateway.ApiException;
import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.ClientError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where the API sends users, from the shards that are live at that moment. */
final class ConnectInfoTest {

    private final List<LiveShard> live = new ArrayList<>();
    private final DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().journalKind(JournalKind.HEAP));
    private final ApiService service = new ApiService(engine, () -> List.copyOf(live));

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void shouldNameTheHomeShard() {
        live.add(new LiveShard(1, "one", "ws://one/connection/websocket", 5));
        live.add(new LiveShard(2, "two", "ws://two/connection/websocket", 9));
        live.add(new LiveShard(3, "hidden", "", 0));

        assertEquals(new ApiPort.ConnectInfo("ws://two/connection/websocket", "two", 2), ask("alice"));
        assertEquals(new ApiPort.ConnectInfo("ws://one/connection/websocket", "one", 2), ask("bob"));
        live.remove(1);
        assertEquals(new ApiPort.ConnectInfo("ws://one/connection/websocket", "one", 1), ask("alice"));
    }

    @Test
    void shouldRefuseWhenNoShardCanBeReached() {
        live.add(new LiveShard(3, "hidden", "", 0));

        final Throwable cause =
                assertThrows(CompletionException.class, () -> ask("alice")).getCause();
        assertEquals(
                ClientError.NOT_AVAILABLE,
                assertInstanceOf(ApiException.class, cause).error());
        assertEquals("no shard that clients can reach is live now", cause.getMessage());
    }

    private ApiPort.ConnectInfo ask(final String user) {
        return service.connectInfo(user).toCompletableFuture().join();
    }
}
