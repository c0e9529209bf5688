package io.stentor.perf.plan;

import static io.stentor.perf.plan.Limit.Tier.ENGINE;
import static io.stentor.perf.plan.Limit.Tier.SHARD;

import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.perf.plan.profile.Figure;
import io.stentor.perf.plan.profile.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sizes a fleet: for each thing that can run out, how many groups or machines it needs. One use, one thread. */
final class Sizer {
    /** What to give so that a limit becomes known. */
    static final String KNEE = "not measured: give a result of 'stentor-perf knee'";

    static final String SYNCED_KNEE = "not measured: give a result of 'stentor-perf knee --level SYNCED'";
    static final String RUN = "not measured: give a result of 'stentor-perf knee' or 'run' with subscribers";
    static final String CONNS = "not measured: give a result of 'stentor-perf conns'";
    static final String STARTS = "not measured: give a result of 'stentor-perf conns' that tells connects a second";
    static final String NETWORK = "not known: give --machine with a network, like -,-,-,10Gbit";
    static final String DISK = "not known: give --machine with a disk, like -,-,4TB,-";
    static final String MEMORY = "not known: give --machine with its memory, like -,64GiB,-,-";
    static final String SHARDS = "follows from the number of shards, which is not known";

    private static final double BITS = 8;

    /** No fleet is larger, so that a profile with more is wrong. */
    private static final int UNITS_MAX = 10_000_000;

    private final Inputs inputs;
    private final Profile profile;
    private final Evidence evidence;
    private final Demand demand;
    private final double utilisation;
    private final List<Limit> limits = new ArrayList<>();

    private Sizer(final Inputs inputs) {
        this.inputs = inputs;
        profile = inputs.profile();
        evidence = inputs.evidence();
        demand = Demand.of(profile);
        utilisation = inputs.utilisation();
    }

    static Sizing size(final Inputs inputs) {
        return new Sizer(inputs).size();
    }

    private Sizing size() {
        sessionMemory();
        shardProcessor();
        shardNetwork();
        final int busy = ceiling(SHARD);
        final int zones = inputs.zones();
        // With one zone gone, the others hold its sessions too; and zones are alike.
        final int machines = zones == 1 ? busy : upTo((int) Math.ceil(busy * (double) zones / (zones - 1)), zones);
        final int shards = machines * shardsPerMachine();

        for (final Moment moment : demand.moments()) {
            if (moment.when() == Moment.When.FESTIVAL || moment.when() == Moment.When.SPIKE) {
                messages(moment);
                frames(moment, shards);
            }
        }
        journalBytes();
        disk();
        engineNetwork(shards);
        final int groups = ceiling(ENGINE);
        return new Sizing(
                groups,
                groups * Sizing.MEMBERS_PER_GROUP,
                machines,
                busy,
                shards,
                demand.keptBytes() * Sizing.MEMBERS_PER_GROUP,
                Demand.frames(profile, demand.festival(), shards),
                Demand.frameBytes(profile, demand.festival(), shards),
                replication(demand.festival()),
                List.copyOf(limits));
    }

    private void sessionMemory() {
        final Double memory = inputs.machine().memoryBytes();
        if (evidence.sessions() == null || memory == null) {
            limits.add(new Limit(SHARD, "memory", null, evidence.sessions() == null ? CONNS : MEMORY));
            return;
        }
        final double each = evidence.sessions().value() + inputs.kernelBytes();
        add(
                SHARD,
                "memory",
                demand.connectionsPeak() * each / (memory * utilisation),
                "%s connections of %,.0f bytes measured (%s) and %,.0f of the kernel assumed, in %s of %s",
                Quantity.count(demand.connectionsPeak()),
                evidence.sessions().value(),
                evidence.sessions().file(),
                inputs.kernelBytes(),
                Quantity.percent(utilisation),
                Quantity.binaryBytes(memory));
    }

    /** Both take the same processors, so their shares add up. */
    private void shardProcessor() {
        final Measure deliveries = evidence.deliveries();
        final Measure starts = evidence.starts();
        if (deliveries == null || starts == null) {
            final String startsMissing = evidence.sessions() == null ? CONNS : STARTS;
            limits.add(new Limit(SHARD, "processor", null, deliveries == null ? RUN : startsMissing));
            return;
        }
        final Moment busiest = demand.busiestForShards();
        final double delivering = busiest.deliveries() / deliveries.value();
        final double starting = demand.sessionStartsStorm() / starts.value();
        add(
                SHARD,
                "processor",
                (delivering + starting) / utilisation,
                "%s deliveries/s need %s machines of %s/s (%s), %s starts/s need %s of %s/s (%s), used to %s",
                Quantity.count(busiest.deliveries()),
                Quantity.count(delivering),
                Quantity.whole(deliveries.value()),
                deliveries.file(),
                Quantity.count(demand.sessionStartsStorm()),
                Quantity.count(starting),
                Quantity.whole(starts.value()),
                starts.file(),
                Quantity.percent(utilisation));
    }

    private void shardNetwork() {
        final double bits = (demand.busiestForShards().toClientsBytes() + demand.pingBytes()) * BITS;
        network(SHARD, bits, "to clients");
    }

    private void messages(final Moment moment) {
        final String name = "messages, " + name(moment);
        final Measure engine = evidence.engine();
        final Measure synced = evidence.synced();
        final boolean isSyncedMissing = moment.syncedSends() > 0 && synced == null;
        if (engine == null || isSyncedMissing) {
            limits.add(new Limit(ENGINE, name, null, engine == null ? KNEE : SYNCED_KNEE));
            return;
        }
        final double plain = moment.sends() - moment.syncedSends();
        final double plainGroups = plain / engine.value();
        if (moment.syncedSends() == 0) {
            add(
                    ENGINE,
                    name,
                    plainGroups / utilisation,
                    "%s/s by %s/s (%s), used to %s",
                    Quantity.count(plain),
                    Quantity.whole(engine.value()),
                    engine.file(),
                    Quantity.percent(utilisation));
            return;
        }
        add(
                ENGINE,
                name,
                (plainGroups + moment.syncedSends() / synced.value()) / utilisation,
                "%s/s by %s/s (%s) and %s/s SYNCED by %s/s (%s), used to %s",
                Quantity.count(plain),
                Quantity.whole(engine.value()),
                engine.file(),
                Quantity.count(moment.syncedSends()),
                Quantity.whole(synced.value()),
                synced.file(),
                Quantity.percent(utilisation));
    }

    /** What was measured sent one frame for each message, to its one shard. */
    private void frames(final Moment moment, final int shards) {
        final String name = "frames to shards, " + name(moment);
        final Measure engine = evidence.engine();
        if (engine == null || shards == 0) {
            limits.add(new Limit(ENGINE, name, null, engine == null ? KNEE : SHARDS));
            return;
        }
        final double frames = Demand.frames(profile, moment, shards);
        add(
                ENGINE,
                name,
                frames / (engine.value() * utilisation),
                "%s/s to %,d shards by %s/s, one for each message of %s, used to %s",
                Quantity.count(frames),
                shards,
                Quantity.whole(engine.value()),
                engine.file(),
                Quantity.percent(utilisation));
    }

    private void journalBytes() {
        final Measure engine = evidence.engine();
        if (engine == null) {
            limits.add(new Limit(ENGINE, "journal bytes", null, KNEE));
            return;
        }
        final int payloadLength = engine.curve().result().settings().payloadLength();
        final int record =
                RecordLayout.alignedLength(RecordLayout.HEADER_LENGTH + MessageBody.length(0, 0, 0, 0, payloadLength));
        final double measured = engine.value() * record;
        final double needed = demand.moments().stream()
                .mapToDouble(Moment::journalBytes)
                .max()
                .orElseThrow();
        add(
                ENGINE,
                "journal bytes",
                needed / (measured * utilisation),
                "%s/s by %s/s: %s/s records of %d bytes (%s), used to %s",
                Quantity.bytes(needed),
                Quantity.bytes(measured),
                Quantity.whole(engine.value()),
                record,
                engine.file(),
                Quantity.percent(utilisation));
    }

    private void disk() {
        final Double disk = inputs.machine().diskBytes();
        if (disk == null) {
            limits.add(new Limit(ENGINE, "disk", null, DISK));
            return;
        }
        add(
                ENGINE,
                "disk",
                demand.keptBytes() / (disk * utilisation),
                "%s kept by each copy, in %s of %s",
                Quantity.bytes(demand.keptBytes()),
                Quantity.percent(utilisation),
                Quantity.bytes(disk));
    }

    private void engineNetwork(final int shards) {
        if (shards == 0) {
            limits.add(new Limit(ENGINE, "network", null, SHARDS));
            return;
        }
        final double bytes = demand.moments().stream()
                .mapToDouble(moment -> Demand.frameBytes(profile, moment, shards) + replication(moment))
                .max()
                .orElseThrow();
        network(ENGINE, bytes * BITS, "to shards and followers");
    }

    private void network(final Limit.Tier tier, final double bits, final String where) {
        final Double network = inputs.machine().networkBitsPerSecond();
        if (network == null) {
            limits.add(new Limit(tier, "network", null, NETWORK));
            return;
        }
        add(
                tier,
                "network",
                bits / (network * utilisation),
                "%s %s, in %s of %s",
                Quantity.bits(bits),
                where,
                Quantity.percent(utilisation),
                Quantity.bits(network));
    }

    private static double replication(final Moment moment) {
        return moment.recordBytes() * (Sizing.MEMBERS_PER_GROUP - 1);
    }

    /** As many shard processes on a machine as were measured on one. */
    private int shardsPerMachine() {
        return evidence.sessions() == null
                ? 1
                : EvidenceSearch.shards(evidence.sessions().curve());
    }

    private void add(
            final Limit.Tier tier, final String name, final double units, final String basis, final Object... values) {
        limits.add(new Limit(tier, name, units, String.format(Locale.ROOT, basis, values)));
    }

    private int ceiling(final Limit.Tier tier) {
        final double units = limits.stream()
                .filter(limit -> limit.tier() == tier && limit.isKnown())
                .mapToDouble(Limit::units)
                .max()
                .orElse(0);
        if (!(units <= UNITS_MAX)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "profile %s with %,.0f users needs %,.0f %s, and %,d is the most that is planned for",
                    profile.name(),
                    profile.get(Figure.USERS),
                    units,
                    tier.unit(),
                    UNITS_MAX));
        }
        return (int) Math.ceil(units);
    }

    private static int upTo(final int value, final int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    private static String name(final Moment moment) {
        return moment.when().name().toLowerCase(Locale.ROOT);
    }
}
