package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.FakeEngine;
import io.stentor.transport.gateway.FakeShard;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class GatewayContextTest {

    private final FakeShard shard = new FakeShard();

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(context -> context.port(70_000), "port must be 0 to 65535, not 70000"),
                mistake(context -> context.eventLoopThreads(0), "eventLoopThreads must be 1 to 256, not 0"),
                mistake(
                        context -> context.payloadLengthMax(0),
                        "payloadLengthMax must be 1 to 16777216 bytes, not 0 bytes"),
                mistake(
                        context -> context.bodyLengthMax(10),
                        "bodyLengthMax must be 65536 to 268435456 bytes, not 10 bytes"),
                mistake(
                        context -> context.deliveryRingCapacity(1000),
                        "deliveryRingCapacity must be a power of two, not 1000"),
                mistake(
                        context -> context.connectsPerSecondMax(-1),
                        "connectsPerSecondMax must be 0 to 1000000000, not -1"),
                mistake(context -> context.connectionsMax(-1), "connectionsMax must be 0 to 2147483647, not -1"),
                mistake(context -> context.pongTimeoutMs(25_000), "pongTimeoutMs must be 1 to 24999 ms, not 25000 ms"),
                mistake(context -> context.tokenKey(new byte[3]), "a token key has at least 32 bytes, not 3"),
                mistake(context -> context.dev(false), "tokenKeys is empty: no client could connect"),
                mistake(
                        context -> context.apiPort(new FakeEngine()),
                        "apiKeys is empty: nobody could use the HTTP API"),
                mistake(context -> context.sessionPort(null), "a gateway needs a sessionPort, an apiPort or both"),
                mistake(
                        context -> context.allowedOrigin("chat.example.org/"),
                        "allowedOrigins has 'chat.example.org/': an origin is a scheme, a host and maybe a port, as"
                                + " in https://chat.example.org"));
    }

    @AfterEach
    void close() {
        shard.close();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldNameWhatIsWrong(final UnaryOperator<GatewayContext> setting, final String message) {
        final GatewayContext context =
                setting.apply(new GatewayContext().port(0).sessionPort(shard).dev(true));

        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Gateway.launch(context))
                        .getMessage());
    }

    @Test
    void shouldServeOneLaunch() {
        final GatewayContext context =
                new GatewayContext().port(0).sessionPort(shard).dev(true);
        Gateway.launch(context).close();

        assertThrows(IllegalStateException.class, () -> Gateway.launch(context));
    }

    @Test
    void shouldSayThatHostIsUnknown() {
        final GatewayContext context = new GatewayContext()
                .host("no.such.host.invalid")
                .sessionPort(shard)
                .dev(true);

        assertEquals(
                "cannot listen on no.such.host.invalid:8000: unknown host",
                assertThrows(IllegalStateException.class, () -> Gateway.launch(context))
                        .getMessage());
    }

    @Test
    void shouldAllowListedOriginsOnlyWhenNotDev() {
        final Origins origins = new Origins(Set.of("https://chat.example.org"), false);

        assertTrue(origins.allow(null));
        assertTrue(origins.allow("https://chat.example.org"));
        assertFalse(origins.allow("https://chat.example.org:8443"));
        assertFalse(origins.allow("http://localhost"));
        assertFalse(origins.allow("%"));
    }

    private static Arguments mistake(final UnaryOperator<GatewayContext> setting, final String message) {
        return Arguments.of(setting, message);
    }
}
