package io.stentor.perf.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.plan.profile.Figure;
import io.stentor.perf.plan.profile.Profile;
import io.stentor.perf.plan.profile.ProfileException;
import io.stentor.perf.plan.profile.ProfileReader;
import io.stentor.perf.plan.profile.ShippedProfiles;
import org.junit.jupiter.api.Test;

/** The demand of messenger-800m, worked out by hand from what stands in the profile. */
final class DemandTest {
    private static final double EXACT = 1e-9;

    @Test
    void shouldCountSendsOfMessenger() throws ProfileException {
        final Demand demand = messenger();

        // 800 M users * 0.60 a day * 72 sends / 86,400 s
        assertNear(400_000, demand.mean().sends());
        assertNear(720_000, demand.peak().sends());
        assertNear(1_400_000, demand.festival().sends());
        // payments: 0.025 of 400,000 are 10,000, times 47; the other 390,000 times 1.8
        assertNear(470_000, demand.spikeSends());
        assertNear(470_000 + 702_000, demand.spike().sends());
        assertNear(10_000, demand.mean().syncedSends());
        assertNear(35_000, demand.festival().syncedSends());
        assertNear(470_000, demand.spike().syncedSends());
    }

    @Test
    void shouldCountDeliveriesOfMessenger() throws ProfileException {
        final Demand demand = messenger();

        // A recipient is reached on (1 - 0.60) * 1.3 = 0.52 devices, a channel's subscriber on 0.065 * 1.3 = 0.0845.
        final double chats = 120_000 * 0.52;
        // 0.40 * 3 + 0.35 * 9 + 0.20 * 29 + 0.05 * 149 = 17.6 recipients
        final double groups = 56_000 * 17.6 * 0.52;
        final double channels = 1_600 * 2_000 * 0.0845;
        final double botsAndMiniApps = (20_000 + 16_000) * 0.52;
        final double payments = 10_000 * 2 * 0.52;
        final double wallet = 8_400 * 0.52;
        final double receiptsAndTyping = (128_000 + 40_000) * 0.52;
        assertNear(966_160, chats + groups + channels + botsAndMiniApps + payments + wallet + receiptsAndTyping);
        assertNear(966_160, demand.mean().deliveries());
        assertNear(1_739_088, demand.peak().deliveries());
        assertNear(3_381_560, demand.festival().deliveries());
        assertNear(19_323.2, demand.mean().slowDeliveries());
        // 0.60 * 1.3 = 0.78 devices of a recipient are offline; channels, receipts and typing are not read later.
        assertNear(
                (120_000 + 985_600 + 20_000 + 16_000 + 20_000 + 8_400) * 0.78,
                demand.mean().laterReads());
    }

    @Test
    void shouldCountConnectionsOfMessenger() throws ProfileException {
        final Demand demand = messenger();

        assertNear(800e6 * 0.096 * 1.3, demand.connections());
        assertNear(99_840_000, demand.connections());
        assertNear(197_600_000, demand.connectionsPeak());
        // A session lasts 11 minutes, 660 s.
        assertNear(99_840_000 / 660.0, demand.sessionStarts());
        assertNear(197_600_000 / 660.0, demand.sessionStartsPeak());
        assertNear(197_600_000 / 660.0, demand.sessionStartsStorm());
        assertNear(197_600_000 / 25.0 * 90, demand.pingBytes());
    }

    @Test
    void shouldCountJournalOfMessenger() throws ProfileException {
        final Demand demand = messenger();

        // A record has 96 + 8 + 16 + 36 = 156 bytes and its payload, rounded up to 8.
        final double chats = 120_000 * (0.60 * 400 + 0.30 * 560 + 0.10 * 960);
        final double groups = 56_000 * (0.70 * 440 + 0.30 * 696);
        final double rest = 1_600 * 1_056 + 20_000 * 560 + 16_000 * 456 + 10_000 * 656 + 8_400 * 456;
        assertNear(119_996_800, chats + groups + rest);
        assertNear(119_996_800, demand.mean().journalBytes());
        assertNear(119_996_800 * 86_400.0, demand.journalBytesPerDay());
        // Chats hold their files for 720 h, which is longer than any other class.
        assertNear(119_996_800 * 86_400.0 * 30, demand.keptBytes());
    }

    @Test
    void shouldCountBandwidthOfMessenger() throws ProfileException {
        final Demand demand = messenger();

        // Payloads of 344, 358, 900, 400, 300, 500, 300, 40 and 32 bytes, each with 150 around it.
        assertNear(
                120_000 * 494.0
                        + 56_000 * 508.0
                        + 1_600 * 1_050.0
                        + 20_000 * 550.0
                        + 16_000 * 450.0
                        + 10_000 * 650.0
                        + 8_400 * 450.0
                        + 128_000 * 190.0
                        + 40_000 * 182.0,
                demand.mean().fromClientsBytes());
        assertNear(609_723_296, demand.mean().toClientsBytes());
        assertNear(2_134_031_536, demand.festival().toClientsBytes());
    }

    @Test
    void shouldLandWhereMessengersOfThisSizeAre() throws ProfileException {
        final Demand demand = messenger();

        assertWithin(0.4e6, demand.mean().sends(), 1.4e6);
        assertWithin(0.95e6, demand.mean().deliveries(), 1.05e6);
        assertWithin(3.3e6, demand.festival().deliveries(), 3.5e6);
        assertWithin(99e6, demand.connections(), 101e6);
        assertWithin(195e6, demand.connectionsPeak(), 201e6);
        assertWithin(295e3, demand.sessionStartsPeak(), 305e3);
        assertWithin(9.5e12, demand.journalBytesPerDay(), 10.5e12);
    }

    @Test
    void shouldAddStormToSessionStarts() throws ProfileException {
        final Demand demand = Demand.of(ShippedProfiles.find("reconnect-storm"));

        // 50 M * 0.20 * 1.2 = 12 M connections; a third of them within 60 s, besides one in 660 s.
        assertNear(12_000_000 / 660.0 + 12_000_000 * 0.33 / 60, demand.sessionStartsStorm());
        assertNull(demand.spike());
    }

    @Test
    void shouldKeepPaymentsAloneOutOfFilesThatGo() throws ProfileException {
        final String text = ShippedProfiles.text("payment-festival")
                .replaceFirst("(?s)(chats:.*)retainHours: 720", "$1retainHours: 24");
        final Demand demand = Demand.of(ProfileReader.parse("short", text));

        // 100 M * 0.50 * 10 / 86,400 sends a second: 0.3 payments, 0.3 of the wallet, 0.4 chats, as records
        final double sends = 500_000_000 / 86_400.0;
        final double bytes = sends * (0.3 * 656 + 0.3 * 456 + 0.4 * 416);
        // The wallet holds files for 168 h; of what is older, payments are kept up to 720 h.
        assertNear(bytes * 168 * 3_600 + sends * 0.3 * 656 * (720 - 168) * 3_600, demand.keptBytes());
    }

    @Test
    void shouldSendAFrameToNoMoreShardsThanThereAreOrThanSessionsAreReached() throws ProfileException {
        final Profile profile = ShippedProfiles.find("channel-broadcast");
        final Demand demand = Demand.of(profile);

        // Every message of these channels has a session on a single shard.
        assertNear(demand.mean().sends(), Demand.frames(profile, demand.mean(), 1));
        assertTrue(Demand.frames(profile, demand.mean(), 1e9) <= demand.mean().deliveries());
        // News reach 5,000 * 0.05 * 1.1 = 275 sessions, stars 22,000; of ten shards each misses (9/10)^275, none.
        assertEquals(10 * demand.mean().sends(), Demand.frames(profile, demand.mean(), 10), 1e-6);
    }

    @Test
    void shouldGrowWithUsers() throws ProfileException {
        final Profile half = ShippedProfiles.find("messenger-800m").with(Figure.USERS, 400e6);

        assertNear(200_000, Demand.of(half).mean().sends());
    }

    private static Demand messenger() throws ProfileException {
        return Demand.of(ShippedProfiles.find("messenger-800m"));
    }

    private static void assertNear(final double expected, final double actual) {
        assertEquals(expected, actual, Math.abs(expected) * EXACT);
    }

    private static void assertWithin(final double least, final double actual, final double most) {
        assertTrue(actual >= least && actual <= most, () -> actual + " is not within " + least + ".." + most);
    }
}
