package io.stentor.perf.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.plan.profile.Figure;
import io.stentor.perf.plan.profile.Profile;
import io.stentor.perf.plan.profile.ProfileException;
import io.stentor.perf.plan.profile.ShippedProfiles;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class SizerTest {
    private static final MachineSpec MACHINE = MachineSpec.parse("2,8GiB,10TB,10Gbit");

    @Test
    void shouldSizeByWhatWasMeasured() throws ProfileException {
        final Sizing sizing = Sizer.size(inputs(messenger(), evidence(), 0.5, 1));

        // 197.6 M connections of 4,000 + 5,120 bytes in half of 8 GiB
        assertLimit(197_600_000 * 9_120.0 / (0.5 * 8 * 1024 * 1024 * 1024), sizing, Limit.Tier.SHARD, "memory");
        // 3,381,560 deliveries at 1 M/s and 299,394 starts at 2,500/s, half used
        assertLimit((3.38156 + 197_600_000 / 660.0 / 2_500) / 0.5, sizing, Limit.Tier.SHARD, "processor");
        // 2,134,031,536 bytes a second of deliveries and 711,360,000 of pings, in half of 10 Gbit/s
        assertLimit((2_134_031_536.0 + 711_360_000) * 8 / 5e9, sizing, Limit.Tier.SHARD, "network");
        // 1,365,000 plain at 100,000/s and 35,000 SYNCED at 30,000/s, half used
        assertLimit((13.65 + 35 / 30.0) / 0.5, sizing, Limit.Tier.ENGINE, "messages, festival");
        // 702,000 plain and 470,000 SYNCED
        assertLimit((7.02 + 470 / 30.0) / 0.5, sizing, Limit.Tier.ENGINE, "messages, spike");
        // 311 TB in half of 10 TB
        assertLimit(119_996_800 * 86_400.0 * 30 / 5e12, sizing, Limit.Tier.ENGINE, "disk");
        assertEquals(420, sizing.shardMachines());
        assertEquals(420, sizing.shards());
        assertTrue(sizing.isWhole(Limit.Tier.ENGINE) && sizing.isWhole(Limit.Tier.SHARD));
    }

    @Test
    void shouldNameWhatBindsAndWhatIsNext() throws ProfileException {
        final Sizing sizing = Sizer.size(inputs(messenger(), evidence(), 0.5, 1));

        assertEquals("memory", sizing.binding(Limit.Tier.SHARD, 0).orElseThrow().name());
        assertEquals(
                "processor", sizing.binding(Limit.Tier.SHARD, 1).orElseThrow().name());
        final List<Limit> engine = sizing.of(Limit.Tier.ENGINE);
        assertEquals(sizing.groups(), (int) Math.ceil(engine.get(0).units()));
        assertTrue(engine.get(0).units() >= engine.get(1).units());
        assertEquals(3 * sizing.groups(), sizing.members());
    }

    @Test
    void shouldGiveNoGroupMoreThanWasMeasured() throws ProfileException {
        final Inputs inputs = inputs(messenger(), evidence(), 0.6, 3);
        final Demand demand = Demand.of(inputs.profile());
        final Sizing sizing = Sizer.size(inputs);

        for (final Reach reach : Reach.of(inputs, demand, sizing)) {
            if (reach.unit().equals("/s")) {
                assertTrue(reach.ratio() <= 0.6 + 1e-9, reach.toString());
            }
        }
    }

    @Test
    void shouldSayHowFarItGoesBeyondTheLargestPoint() throws ProfileException {
        final Inputs inputs = inputs(messenger(), evidence(), 0.5, 1);
        final Sizing sizing = Sizer.size(inputs);

        final var reaches = Reach.of(inputs, Demand.of(inputs.profile()), sizing).stream()
                .collect(Collectors.toMap(Reach::what, reach -> reach));

        // 197.6 M on 420 machines, and 15,000 were the most that were measured
        assertEquals(
                197_600_000 / 420.0 / 15_000,
                reaches.get("sessions of a shard machine").ratio(),
                1e-9);
        assertEquals(420, reaches.get("shards that a group feeds").ratio(), 1e-9);
    }

    @Test
    void shouldKeepEnoughWhenAZoneFails() throws ProfileException {
        final Sizing one = Sizer.size(inputs(messenger(), evidence(), 0.5, 1));
        final Sizing three = Sizer.size(inputs(messenger(), evidence(), 0.5, 3));

        assertEquals(one.shardMachines(), three.shardMachinesBusy());
        assertTrue(three.shardMachines() * 2 / 3 >= one.shardMachines());
        assertEquals(0, three.shardMachines() % 3);
    }

    @Test
    void shouldLeaveOutWhatIsNotMeasured() throws ProfileException {
        final Sizing sizing = Sizer.size(inputs(messenger(), Evidence.NONE, 0.6, 3));

        assertFalse(sizing.isWhole(Limit.Tier.ENGINE));
        assertFalse(sizing.isWhole(Limit.Tier.SHARD));
        for (final Limit limit : sizing.limits()) {
            final boolean isOfProfileAlone =
                    limit.name().equals("disk") || limit.name().equals("network");
            assertEquals(isOfProfileAlone, limit.isKnown(), limit.toString());
        }
    }

    @Test
    void shouldNeedASyncedKneeOnlyWhereSomethingIsSynced() throws ProfileException {
        final Evidence all = evidence();
        final Evidence plain = new Evidence(all.engine(), null, all.deliveries(), all.sessions(), all.starts());

        assertEquals(Sizer.SYNCED_KNEE, basis(Sizer.size(inputs(messenger(), plain, 0.6, 3)), "messages, festival"));
        assertTrue(Sizer.size(inputs(ShippedProfiles.find("one-to-one"), plain, 0.6, 3))
                .isWhole(Limit.Tier.ENGINE));
    }

    @Test
    void shouldCountLongerMessagesByTheirBytes() throws ProfileException {
        final Profile profile = ShippedProfiles.find("channel-broadcast");
        final Inputs inputs = inputs(profile, evidence(), 0.5, 1);

        // 100,000/s of 96 + 8 + 400 = 504 bytes were measured; these have 1,056.
        final double bytes = profile.sendsPerSecond() * 10 * 1_056;
        assertLimit(bytes / (100_000 * 504 * 0.5), Sizer.size(inputs), Limit.Tier.ENGINE, "journal bytes");
    }

    @Test
    void shouldRefuseFleetsThatNobodyHas() throws ProfileException {
        final Inputs inputs =
                inputs(messenger().with(Figure.USERS, 1e11).with(Figure.DEVICES, 100), evidence(), 0.05, 1);

        final String problem = assertThrows(
                        IllegalArgumentException.class, () -> Sizer.size(inputs.withKernelBytes(1 << 20)))
                .getMessage();

        assertTrue(problem.contains("10,000,000 is the most that is planned for"), problem);
    }

    @Test
    void shouldShowWhatMovesTheAnswerFirst() throws ProfileException {
        final List<Swing> swings = Swing.of(inputs(messenger(), evidence(), 0.5, 1));

        for (int i = 1; i < swings.size(); i++) {
            assertTrue(swings.get(i - 1).effect() >= swings.get(i).effect());
        }
        final Swing users = swing(swings, "users");
        assertTrue(users.less() < 0 && users.more() > 0, users.toString());
        final Swing utilisation = swing(swings, "--utilisation");
        assertTrue(utilisation.less() > 0 && utilisation.more() < 0, utilisation.toString());
        // Nothing is planned by the day's mean of connections.
        assertEquals(0, swing(swings, "onlineShare").effect());
    }

    private static Swing swing(final List<Swing> swings, final String name) {
        return swings.stream()
                .filter(swing -> swing.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void assertLimit(final double units, final Sizing sizing, final Limit.Tier tier, final String name) {
        final Limit found = sizing.of(tier).stream()
                .filter(limit -> limit.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertEquals(units, found.units(), units * 1e-9, found.toString());
    }

    private static String basis(final Sizing sizing, final String name) {
        return sizing.limits().stream()
                .filter(limit -> limit.name().equals(name))
                .findFirst()
                .orElseThrow()
                .basis();
    }

    private static Profile messenger() throws ProfileException {
        return ShippedProfiles.find("messenger-800m");
    }

    private static Inputs inputs(
            final Profile profile, final Evidence evidence, final double utilisation, final int zones) {
        return new Inputs(profile, evidence, MACHINE, utilisation, zones, 5_120);
    }

    private static Evidence evidence() {
        return new EvidenceSearch(
                        List.of(
                                Results.curve("knee.json", Results.knee(100_000, "JOURNALED")),
                                Results.curve("synced.json", Results.knee(30_000, "SYNCED")),
                                Results.curve("conns.json", Results.conns(4_000, 2_500.0))),
                        null,
                        400)
                .find();
    }
}
