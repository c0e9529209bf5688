package io.stentor.engine.simulation;

import io.stentor.engine.SimulatedDisk;
import io.stentor.engine.history.Fault;
import io.stentor.fanout.route.LiveShard;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A whole tier on one thread, out of one seed: the engine's pipeline over a modelled disk, shards, clients, a network and a
 * clock, all of them with faults. First there is trouble; then all is mended, and the tier has to come to rest.
 */
final class SimulatedTier {

    static final SharedSecret SECRET =
            new SharedSecret("a secret that is only simulated, 32 bytes".getBytes(StandardCharsets.US_ASCII));

    /**
     * The longest time from the last fault to rest, in nanoseconds: 90 s. A shard is found silent after 10 s and finds the
     * engine so 5 s later, a publish that was dropped between is given up after 30 s, a subscribe after 10 s and a read after 10 s.
     */
    static final long REST_NS = TimeUnit.SECONDS.toNanos(90);

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long EPOCH_MS = 1_700_000_000_000L;
    private static final int STEPS = 4_000;
    private static final int CLIENTS_MAX = 9;
    private static final int CHATS = 24;

    /** Words of refusals that may be on their way at once, each on a stream of its own. */
    private static final int REFUSALS_MAX = 16;

    private static final List<String> PAYMENTS = List.of("pay:1", "pay:2");

    /** What may be said when streams are cut, processes die, and two shards have one number. */
    private static final List<String> EXPECTED_ERRORS = List.of(
            "the engine has been silent for", "the live stream has no writer", "SHARD_ID_TAKEN", " messages of ");

    private final SplittableRandom random;
    private final Flaw flaw;
    private final VirtualNetwork network;
    private final Ledger ledger;
    private final ShardNode[] shards;
    private final long[] shardBackAtNs;
    private final List<TierClient> clients = new ArrayList<>();
    private final Backend backend;
    private final Set<Coverage> covered = EnumSet.noneOf(Coverage.class);
    private final int faultOdds;
    private ShardNode twin;
    private EngineNode engine;
    private SimulatedDisk disk = new SimulatedDisk();
    private long engineBackAtNs;
    private long forceAtNs;
    private long nowNs = SECOND;
    private int starts;
    private int step;
    private int messages;
    private int addresses;
    private long digest;
    private Throwable failure;

    SimulatedTier(final long seed, final Flaw flaw) {
        this.random = new SplittableRandom(seed);
        this.flaw = flaw;
        this.network = new VirtualNetwork(
                random.split(),
                2_000 + random.nextInt(30_000),
                random.nextInt(3) == 0 ? 8_160 : 200 + random.nextInt(1_200));
        this.network.advance(nowNs);
        flaw.spoil(network, random.split());
        this.ledger = new Ledger(disk);
        this.backend = new Backend(this, random.split());
        this.shards = new ShardNode[2 + random.nextInt(3)];
        this.shardBackAtNs = new long[shards.length];
        this.faultOdds = 40 << random.nextInt(4);
        this.forceAtNs = nowNs;
        this.engineBackAtNs = nowNs;
        for (int i = 3 + random.nextInt(CLIENTS_MAX - 2); i > 0; i--) {
            clients.add(new TierClient(this, random.split(), "client" + i, i % 3 == 2, someTopics()));
        }
    }

    /** Runs it to its end; throws when a promise is broken. */
    void run() {
        for (step = 0; step < STEPS; step++) {
            if (random.nextInt(faultOdds) == 0) {
                misbehave();
            }
            nowNs += random.nextInt(12) == 0 ? MS + random.nextLong(100 * MS) : MS / 4 + random.nextLong(2 * MS);
            work(false);
        }
        if (network.wasBackPressured()) {
            covered(Coverage.BACK_PRESSURED);
        }
        heal();
        final long deadlineNs = nowNs + REST_NS;
        String restless;
        while ((restless = restless()) != null) {
            Ledger.require(nowNs - deadlineNs < 0, "no rest within " + REST_NS / SECOND + " s: " + restless);
            nowNs += MS + random.nextLong(15 * MS);
            work(true);
        }
        clients.forEach(client -> client.requireComplete(ledger));
        ledger.requireExactlyOnce();
        trace(nowNs);
    }

    /** A number that depends on everything that was delivered, answered and said. */
    long digest() {
        return digest;
    }

    /** Where in the trouble it is, for a message. */
    int step() {
        return step;
    }

    Set<Coverage> covered() {
        return covered;
    }

    long nowNs() {
        return nowNs;
    }

    long epochMs() {
        return EPOCH_MS + nowNs / MS;
    }

    VirtualNetwork network() {
        return network;
    }

    Flaw flaw() {
        return flaw;
    }

    /** The engine; null while it is down. */
    EngineNode engine() {
        return engine;
    }

    boolean isShardId(final int shardId) {
        return shardId >= 1 && shardId <= shards.length;
    }

    /** A shard to connect to; null when none runs. */
    ShardNode anyShard(final SplittableRandom chooser) {
        final int at = chooser.nextInt(shards.length + 1);
        return at == shards.length ? twin : shards[at];
    }

    int nextMessage() {
        return ++messages;
    }

    /** A payload that no other message has. */
    String payload(final int number, final SplittableRandom sizes) {
        return "m" + number + ".".repeat(1 + sizes.nextInt(sizes.nextInt(10) == 0 ? 1_500 : 200));
    }

    /** A topic to publish to; new ones come up as time goes on. */
    String chatTopic(final SplittableRandom chooser) {
        return "chat:" + chooser.nextInt(Math.min(CHATS, 2 + step * CHATS / STEPS));
    }

    String paymentTopic(final SplittableRandom chooser) {
        return PAYMENTS.get(chooser.nextInt(PAYMENTS.size()));
    }

    void delivered(final String to, final String topic, final String epoch, final long offset, final String payload) {
        ledger.delivered(to, topic, epoch, offset, payload);
        if (topic.startsWith("pay")) {
            covered(Coverage.PAYMENT_DELIVERED);
        }
        trace(to.hashCode() * 31L + topic.hashCode() + offset);
    }

    void acknowledged(
            final String to, final String topic, final long offset, final String payload, final AckLevel level) {
        ledger.acknowledged(to, topic, offset, payload, level);
        trace(offset * 31 + level.value());
    }

    void covered(final Coverage what) {
        covered.add(what);
    }

    void trace(final long what) {
        digest = (digest ^ what) * 0x9E3779B97F4A7C15L + nowNs;
        digest ^= digest >>> 29;
    }

    void onError(final Throwable error) {
        final String message = String.valueOf(error.getMessage());
        if (message.contains("SHARD_ID_TAKEN")) {
            covered(Coverage.SHARD_ID_TAKEN);
        }
        trace(message.hashCode());
        if (EXPECTED_ERRORS.stream().noneMatch(message::contains)) {
            onFailure(error);
        }
    }

    void onFailure(final Throwable error) {
        if (failure == null) {
            failure = error;
        }
    }

    private void work(final boolean calm) {
        network.advance(nowNs);
        bringBack();
        if (engine != null) {
            engine.doWork(random, calm || forceAtNs - nowNs <= 0, calm);
        }
        final int first = random.nextInt(shards.length);
        for (int i = 0; i < shards.length; i++) {
            final ShardNode shard = shards[(first + i) % shards.length];
            if (shard != null && (calm || random.nextInt(8) != 0)) {
                shard.doWork(nowNs);
            }
        }
        if (twin != null) {
            twin.doWork(nowNs);
        }
        for (final TierClient client : clients) {
            client.step(nowNs, calm);
        }
        backend.step(calm);
        if (failure != null) {
            throw new AssertionError("this should not happen: " + failure.getMessage(), failure);
        }
        if (engine != null) {
            final int open = network.openLinks(engine.owner());
            Ledger.require(open <= 4 * (shards.length + 1) + REFUSALS_MAX, "the engine has " + open + " streams open");
        }
    }

    private void bringBack() {
        if (engine == null && engineBackAtNs - nowNs <= 0) {
            engine = new EngineNode(this, ++starts, disk, random.split());
            ledger.observe();
        }
        for (int i = 0; i < shards.length; i++) {
            if (shards[i] == null && shardBackAtNs[i] - nowNs <= 0) {
                final String address = random.nextInt(3) == 0 ? "shard-" + i + ":" + ++addresses : "shard-" + i;
                shards[i] = new ShardNode(this, i + 1, address, ++starts, random.split());
            }
        }
    }

    private void misbehave() {
        final int at = random.nextInt(shards.length);
        switch (random.nextInt(14)) {
            case 0, 1 -> crashEngine(Fault.KILL);
            case 2, 3 -> crashEngine(Fault.POWER_CUT);
            case 4, 5 -> crashShard(at, random.nextInt(3) == 0);
            case 6, 7 -> {
                if (shards[at] != null) {
                    covered(Coverage.SHARD_STALLED);
                    shards[at].stall(nowNs + random.nextLong(random.nextInt(3) == 0 ? 15 * SECOND : SECOND));
                }
            }
            case 8, 9, 10 -> {
                if (shards[at] != null) {
                    covered(Coverage.STREAMS_CUT);
                    network.disturb(shards[at].owner(), random.nextLong(8 * SECOND), random.nextBoolean());
                }
            }
            case 11 -> forceAtNs = nowNs + random.nextLong(3 * SECOND);
            case 12 -> {
                if (twin == null) {
                    twin = new ShardNode(this, at + 1, "twin:" + ++addresses, ++starts, random.split());
                } else {
                    twin.crash();
                    twin = null;
                }
            }
            // Nobody on this machine gets any time.
            default -> nowNs += random.nextLong(7 * SECOND);
        }
    }

    private void crashEngine(final Fault fault) {
        if (engine == null) {
            return;
        }
        covered(Coverage.ENGINE_CRASHED);
        ledger.observe();
        final int before = disk.size();
        engine.crash();
        engine = null;
        disk = disk.after(fault, new Random(random.nextLong()));
        if (disk.size() < before) {
            covered(Coverage.LOST_WITH_THE_POWER);
        }
        trace(disk.size());
        ledger.left(disk);
        engineBackAtNs = nowNs + random.nextLong(random.nextInt(6) == 0 ? 12 * SECOND : SECOND);
    }

    private void crashShard(final int at, final boolean inGoodOrder) {
        if (shards[at] == null) {
            return;
        }
        covered(Coverage.SHARD_CRASHED);
        if (inGoodOrder) {
            shards[at].stop();
        } else {
            shards[at].crash();
        }
        shards[at] = null;
        shardBackAtNs[at] = nowNs
                + switch (random.nextInt(4)) {
                    case 0 -> random.nextLong(12 * SECOND);
                    case 1 -> 0;
                    default -> random.nextLong(SECOND);
                };
    }

    private void heal() {
        network.heal();
        if (twin != null) {
            twin.crash();
            twin = null;
        }
        forceAtNs = nowNs;
        engineBackAtNs = nowNs;
        for (int i = 0; i < shards.length; i++) {
            shardBackAtNs[i] = nowNs;
            if (shards[i] != null) {
                shards[i].stall(nowNs);
            }
        }
    }

    /** What is not at rest yet, in words; null when everything is. */
    private String restless() {
        if (engine == null) {
            return "the engine is down";
        }
        for (final ShardNode shard : shards) {
            if (shard == null || !shard.isReady()) {
                return "a shard is not attached";
            }
        }
        final List<LiveShard> live = engine.pipeline().liveShards();
        if (live.size() != shards.length) {
            return "the engine has " + live.size() + " of " + shards.length + " shards";
        }
        for (final TierClient client : clients) {
            final String behind = client.behind(ledger);
            if (behind != null) {
                return behind;
            }
        }
        if (!backend.isIdle()) {
            return "the backend has no answer to a publish";
        }
        final int sessions = live.stream().mapToInt(LiveShard::sessions).sum();
        if (sessions != clients.size()) {
            return "the shards have " + sessions + " sessions of " + clients.size() + " clients";
        }
        final int open = network.openLinks(engine.owner());
        if (open != 2 * shards.length) {
            return "the engine has " + open + " streams open for " + shards.length + " shards";
        }
        return engine.pipeline().isDrained() ? null : "the ring is not empty";
    }

    private List<String> someTopics() {
        final List<String> all = new ArrayList<>(PAYMENTS);
        for (int i = 0; i < CHATS; i++) {
            all.add("chat:" + i);
        }
        final List<String> some = new ArrayList<>();
        for (int i = 1 + random.nextInt(7); i > 0; i--) {
            some.add(all.remove(random.nextInt(all.size())));
        }
        return some;
    }
}
