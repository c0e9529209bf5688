package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.wire.AckLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process that stood still, because it was stopped, its machine was suspended or a disk did not answer. */
final class PauseIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final String TOPIC = "chat:paused";

    private static final String LATE = "rpc-1";

    /** Longer than the 10 s after which Aeron gives a client up by default. */
    private static final Duration PAUSE = Duration.ofSeconds(13);

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void shouldServeOnWithoutGapWhenItStoodStill() {
        final Queue<String> violations = new ConcurrentLinkedQueue<>();
        final Judge judge = Judge.of("pause");
        final Ledger ledger = new Ledger(violations, judge.history());
        final Path data = STENTOR.newDirectory();
        final Tier tier = STENTOR.serveDev(data);
        judge.started(tier);
        try (RecoveringSubscriber subscriber = new RecoveringSubscriber(
                                tier.webSocket(), null, List.of(TOPIC), judge.witness("subscriber"), violations)
                        .start();
                RpcPublisher rpc = new RpcPublisher(tier.webSocket(), null)) {
            Await.until("the subscription", () -> subscriber.isSubscribed(TOPIC));
            try (Load load = Load.overHttp("http", tier.api(), List.of(TOPIC), ledger, violations)) {
                Await.until("some messages", () -> ledger.size() > 50);
                tier.process().pause(PAUSE);
                final int before = ledger.size();
                Await.until("more messages", () -> ledger.size() > before + 50);
                load.finish();
            }
            // While the shard attaches again it says so with a temporary error: who publishes asks again.
            final AtomicReference<JsonValue> answer = new AtomicReference<>();
            Await.until("an answer that is not temporary", () -> {
                ledger.asks("rpc", TOPIC, LATE, AckLevel.JOURNALED);
                answer.set(rpc.socket().ask("rpc", rpc(LATE)));
                return !RpcPublisher.isUnknown(answer.get()) && !RpcPublisher.isTemporarilyRefused(answer.get());
            });
            final JsonValue published = RpcPublisher.published(answer.get());
            ledger.acknowledged("rpc", TOPIC, LATE, published);
            final long last = published.at("offset").number();
            Await.until("everything", () -> subscriber.offset(TOPIC) == last);
            assertEquals(
                    tier.api().history(TOPIC).size(), subscriber.seen(TOPIC).size());
        }
        assertTrue(violations.isEmpty(), violations::toString);
        assertEquals(200, tier.api().status("/readyz"));
        tier.process().terminate();
        assertEquals(0, tier.process().awaitExit(Await.SOON));
        judge.judge(data);
    }

    private static Map<String, ?> rpc(final String key) {
        return Map.of("method", "publish", "data", Load.publish(TOPIC, "id", key, "topic", AckLevel.JOURNALED));
    }
}
