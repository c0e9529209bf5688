package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.JournalKind;
import io.stentor.transport.gateway.server.Gateway;
import io.stentor.transport.gateway.server.GatewayContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmodified clients of the npm package {@code centrifuge} that a gateway tells to try again later. */
final class AdmissionIT {

    private static final int CLIENTS = 8;

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf"})
    void shouldBringEveryClientBackByItself(final String format) {
        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().journalKind(JournalKind.HEAP));
                Gateway gateway = Gateway.launch(new GatewayContext()
                        .port(0)
                        .dev(true)
                        .sessionPort(engine.sessions())
                        .connectsPerSecondMax(1));
                NodeClients node = NodeClients.start()) {
            final String url = "ws://127.0.0.1:" + gateway.port() + "/connection/websocket";
            for (int i = 0; i < CLIENTS; i++) {
                node.open("client-" + i, Map.of("url", url, "format", format));
            }
            final List<JsonValue> told = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                node.awaitEvent("client-" + i, "connected", event -> true);
                told.addAll(node.eventsOf("client-" + i, "error"));
                told.addAll(node.eventsOf("client-" + i, "connecting"));
            }

            assertTrue(gateway.counters().refusedByRate() > 0, "nobody was refused");
            assertTrue(
                    told.stream().anyMatch(event -> event.toString().contains("too many requests: try again in ")),
                    () -> "what they were told: " + told);
        }
    }
}
