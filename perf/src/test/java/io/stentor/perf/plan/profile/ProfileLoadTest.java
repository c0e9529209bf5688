package io.stentor.perf.plan.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.plan.profile.ProfileLoad.Scale;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class ProfileLoadTest {
    private static final int MESSAGES = 200_000;

    @SuppressWarnings("UnusedVariable")
    private static final List<String> NAMES = ShippedProfiles.NAMES;

    @ParameterizedTest
    @FieldSource("NAMES")
    void shouldSendInTheProportionsOfTheProfile(final String name) throws ProfileException {
        final Profile profile = ShippedProfiles.find(name);
        final ProfileLoad load = ProfileLoad.of(profile, new Scale(10_000, 1_000, 100_000, 0), 1);
        final Map<String, Integer> counts = new HashMap<>();
        final Map<String, Long> bytes = new HashMap<>();

        final MessageMix messages = load.messages();
        for (long n = 0; n < MESSAGES; n++) {
            final String row = messages.select(n).row().name();
            counts.merge(row, 1, Integer::sum);
            bytes.merge(row, (long) messages.payloadLength(), Long::sum);
            assertEquals(row, load.row(messages.topic()).name());
        }

        for (final MixRow row : profile.mix()) {
            final int count = counts.get(row.name());
            // Five standard deviations of a count.
            final double deviation = 5 * Math.sqrt(MESSAGES * row.share() * (1 - row.share())) + 1;
            assertEquals(MESSAGES * row.share(), count, deviation, row.name());
            assertEquals(row.payloadLength(), (double) bytes.get(row.name()) / count, 0.15 * row.payloadLength());
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void shouldGiveEachTopicDifferentSubscribers(final String name) throws ProfileException {
        final ProfileLoad load = ProfileLoad.of(ShippedProfiles.find(name), new Scale(5_000, 200, 2_000, 0), 1);

        for (int topic = 0; topic < load.topics(); topic++) {
            final Set<Integer> sessions = new HashSet<>();
            for (int member = 0; member < load.subscriberCount(topic); member++) {
                final int session = load.subscriber(topic, member);
                assertTrue(session >= 0 && session < load.subscribers());
                assertTrue(sessions.add(session), "topic " + topic + " has a session twice");
            }
        }
        assertTrue(load.topics() <= 2_000 && load.subscribers() <= 200);
    }

    @Test
    void shouldReachAsManySessionsAsTheProfile() throws ProfileException {
        final Profile profile = ShippedProfiles.find("messenger-800m");

        final ProfileLoad load = ProfileLoad.of(profile, new Scale(20_000, 100_000, 500_000, 0), 1);

        assertEquals(profile.deliveriesPerSend(), load.deliveriesPerSend(), 0.05 * profile.deliveriesPerSend());
        // Counted message by message it is the same.
        final MessageMix messages = load.messages();
        long deliveries = 0;
        for (long n = 0; n < MESSAGES; n++) {
            deliveries += load.subscriberCount(messages.select(n).topic());
        }
        assertEquals(load.deliveriesPerSend(), (double) deliveries / MESSAGES, 0.1 * load.deliveriesPerSend());
    }

    @Test
    void shouldScaleSessionsWithTheRate() throws ProfileException {
        final Profile profile = ShippedProfiles.find("one-to-one");

        // 10 M * 0.10 connections for 10 M * 0.50 * 40 / 86,400 sends a second
        final double each = 1_000_000 / (200_000_000 / 86_400.0);
        assertEquals(
                Math.round(10 * each),
                ProfileLoad.of(profile, new Scale(10, 1_000_000, 1_000_000, 0), 1)
                        .subscribers());
        assertEquals(
                1_000,
                ProfileLoad.of(profile, new Scale(10, 1_000, 1_000_000, 0), 1).subscribers());
    }

    @Test
    void shouldSayThatFewSessionsGetFewDeliveries() throws ProfileException {
        final ProfileLoad load =
                ProfileLoad.of(ShippedProfiles.find("channel-broadcast"), new Scale(1_000, 50, 1_000, 0), 1);

        assertEquals(50, load.deliveriesPerSend(), 1e-9);
    }

    @Test
    void shouldSayTheSameOfAMessageWheneverAsked() throws ProfileException {
        final Scale scale = new Scale(10_000, 1_000, 10_000, 0);
        final Profile profile = ShippedProfiles.find("soak");
        final MessageMix one = ProfileLoad.of(profile, scale, 7).messages();
        final MessageMix same = ProfileLoad.of(profile, scale, 7).messages();
        final MessageMix other = ProfileLoad.of(profile, scale, 8).messages();

        int differ = 0;
        for (long n = 1_000; n > 0; n--) {
            one.select(n);
            assertEquals(one.topic(), same.select(n).topic());
            assertEquals(one.payloadLength(), same.payloadLength());
            differ += one.topic() == other.select(n).topic() ? 0 : 1;
        }
        assertTrue(differ > 900, differ + " of 1,000 differ under another seed");
    }

    @Test
    void shouldMakeNoPayloadShorterThanTheRunNeeds() throws ProfileException {
        final ProfileLoad load = ProfileLoad.of(ShippedProfiles.find("soak"), new Scale(1_000, 100, 1_000, 48), 1);
        final MessageMix messages = load.messages();

        int shortest = Integer.MAX_VALUE;
        for (long n = 0; n < 10_000; n++) {
            shortest = Math.min(shortest, messages.select(n).payloadLength());
        }
        assertEquals(48, shortest);
    }

    @Test
    void shouldRefuseImpossibleScales() throws ProfileException {
        assertEquals("ratePerSecond=0.5 msg/s is not within 1..10000000", problem(() -> new Scale(0.5, 1, 1_000, 32)));
        assertEquals("subscribersMax=0 is not within 1..1000000", problem(() -> new Scale(1, 0, 1_000, 32)));
        final Profile soak = ShippedProfiles.find("soak");
        assertEquals(
                "topicsMax=3 is less than the 10 kinds of topics of soak",
                problem(() -> ProfileLoad.of(soak, new Scale(1, 1, 3, 32), 1)));
    }

    private static String problem(final Executable executable) {
        return assertThrows(IllegalArgumentException.class, executable).getMessage();
    }
}
