package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertNull;

import io.stentor.transport.wire.DeliveryClass;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs a shard from a seed against an engine that restarts and loses its tail, streams that lose and repeat, and clients that
 * come, go and do not read. Every client sees every message of its topics once and in order, or is told that it did not.
 *
 * <p>To run one seed alone: {@code -Dtest=ShardSimulationTest -Dstentor.shard.seed=N}.
 */
final class ShardSimulationTest {

    private static final String SEED = "stentor.shard.seed";
    private static final int SEEDS = 12;
    private static final int STEPS = 4_000;
    private static final int CLIENTS = 6;
    private static final List<String> TOPICS = List.of("a", "b", "c", "pay");

    private final List<ModelClient> clients = new ArrayList<>();
    private ShardHarness harness;
    private SimulatedEngine engine;
    private SplittableRandom random;
    private long published;

    static LongStream seeds() {
        final Long one = Long.getLong(SEED);
        return one != null
                ? LongStream.of(one)
                : new SplittableRandom(System.nanoTime()).longs(SEEDS, 1, Long.MAX_VALUE);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldKeepThePromiseUnderFaults(final long seed) {
        try {
            simulate(seed);
        } catch (final AssertionError | RuntimeException ex) {
            throw new AssertionError(
                    "seed " + seed + ", rerun with -D" + SEED + "=" + seed + ": " + ex.getMessage(), ex);
        }
    }

    @Test
    void shouldRepeatItselfFromTheSameSeed() {
        simulate(11);
        final long first = harness.nowNs * 31 + engine.sequence * 17 + engine.fetches;
        clients.clear();
        published = 0;
        simulate(11);
        if (first != harness.nowNs * 31 + engine.sequence * 17 + engine.fetches) {
            throw new AssertionError("two runs of one seed differ");
        }
    }

    private void simulate(final long seed) {
        random = new SplittableRandom(seed);
        harness = new ShardHarness(context -> context.random(random.split()).lingerNs(ShardHarness.MS * 500));
        engine = harness.engine;
        engine.syncedFollows = false;
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new ModelClient(random.split(), harness.shard, "client" + i, i % 3 == 2, TOPICS));
        }
        for (int i = 0; i < STEPS; i++) {
            publish();
            misbehave();
            clients.forEach(client -> client.step(false));
            cycle(ShardHarness.MS);
        }
        heal();
        for (int i = 0; i < 6_000; i++) {
            clients.forEach(client -> client.step(true));
            engine.syncedSequence = engine.sequence;
            cycle(5 * ShardHarness.MS);
        }
        assertNull(harness.shard.notReadyReason());
        clients.forEach(client -> client.assertComplete(engine.topics));
    }

    private void cycle(final long durationNs) {
        harness.nowNs += durationNs;
        engine.doWork(harness.nowNs);
        harness.shard.doWork();
    }

    private void publish() {
        for (int i = random.nextInt(4); i > 0; i--) {
            final String topic = TOPICS.get(random.nextInt(TOPICS.size()));
            final String payload = ++published + "x".repeat(random.nextInt(300));
            engine.publish(topic, payload, topic.equals("pay") ? DeliveryClass.PAYMENT : DeliveryClass.CHAT);
        }
        if (random.nextInt(20) == 0) {
            engine.syncedSequence = engine.sequence;
        }
    }

    private void misbehave() {
        switch (random.nextInt(600)) {
            case 0, 1 -> engine.live.loseOldest();
            case 2, 3 -> engine.live.duplicateLast();
            case 4 -> engine.live.lose();
            case 5 -> engine.holdFetches = true;
            case 6, 7 -> engine.holdFetches = false;
            case 8 -> engine.pages.lose();
            case 9 -> engine.restart();
            case 10 -> powerCut();
            case 11 -> engine.control.connected = false;
            case 12, 13 -> engine.control.connected = true;
            case 14 -> engine.control.backPressured = true;
            case 15, 16 -> engine.control.backPressured = false;
            case 17 -> engine.silent = true;
            case 18 -> engine.silent = false;
            case 19 -> engine.truncated(engine.sequence);
            case 20 -> harness.nowNs += TimeUnit.SECONDS.toNanos(7);
            case 21 -> engine.fetch.lose();
            default -> {
                // All is well.
            }
        }
    }

    /** What was not forced is gone, with whatever of it was under way. */
    private void powerCut() {
        engine.live.lose();
        engine.pages.lose();
        engine.control.lose();
        engine.asks.clear();
        engine.truncateLog(engine.syncedSequence + (engine.sequence - engine.syncedSequence) / 2);
    }

    private void heal() {
        engine.holdFetches = false;
        engine.silent = false;
        engine.control.connected = true;
        engine.control.backPressured = false;
    }
}
