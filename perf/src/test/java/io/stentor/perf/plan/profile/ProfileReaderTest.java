package io.stentor.perf.plan.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfileReaderTest {
    private static final String WHOLE = """
            about: a test
            users: 1000
            dailyShare: 0.5
            onlineShare: 0.1
            onlineSharePeak: 0.2
            devices: 1
            sendsPerDay: 10
            peakFactor: 2
            festivalFactor: 3
            sessionMinutes: 10
            stormShare: 0
            stormSeconds: 60
            offlineShare: 0.5
            slowShare: 0
            topicsPerUser: 5
            senderLength: 16
            messageIdLength: 36
            frameLength: 100
            pingSeconds: 25
            pingLength: 90
            groupSizes:
              - {members: 3, share: 0.75}
              - {members: 11, share: 0.25}
            mix:
              groups:
                class: CHAT
                share: 0.6
                recipients: groups
                payload: [{length: 100, share: 0.5}, {length: 300, share: 0.5}]
                retainHours: 24
              payments:
                class: PAYMENT
                share: 0.3
                recipients: 2
                offlineShare: 0.25
                payload: 500
                retainHours: 720
                spikeFactor: 40
              typing:
                class: SIGNAL
                share: 0.1
                recipients: 1
                payload: 32
            """;

    @TempDir
    private Path directory;

    @Test
    void shouldReadEveryFigure() throws ProfileException {
        final Profile profile = ProfileReader.parse("test.yaml", WHOLE);

        assertEquals("test", profile.name());
        assertEquals(1_000, profile.get(Figure.USERS));
        assertEquals(90, profile.get(Figure.PING_LENGTH));
        assertEquals(List.of(new GroupSize(3, 0.75), new GroupSize(11, 0.25)), profile.groupSizes());
        final MixRow payments = profile.mix().get(1);
        assertEquals(new Contract(DeliveryClass.PAYMENT, AckLevel.SYNCED, 720), payments.contract());
        assertEquals(new Recipients(false, 2, 0.25), payments.recipients());
        assertEquals(40.0, payments.spikeFactor());
        assertEquals(AckLevel.NONE, profile.mix().get(2).contract().level());
        // 0.75 * 2 + 0.25 * 10 recipients
        assertEquals(4.0, profile.recipients(profile.mix().get(0)), 1e-12);
        assertEquals(200, profile.mix().get(0).payloadLength(), 1e-12);
        // of 4 recipients half are online, of 2 three quarters, of 1 half
        assertEquals(0.6 * 2 + 0.3 * 1.5 + 0.1 * 0.5, profile.deliveriesPerSend(), 1e-12);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "onlineShare: 0.1  | onlineShar: 0.1     | line 4: unknown key 'onlineShar', did you mean 'onlineShare'?",
                "about: a test     | abuot: a test       | line 1: unknown key 'abuot', did you mean 'about'?",
                "users: 1000       | banana: 7           | line 2: unknown key 'banana'",
                "retainHours: 24   | retainHour: 24      | line 30: unknown key 'mix.groups.retainHour', did you mean 'retainHours'?",
                "users: 1000       | users: 0            | line 2: users=0 accounts is not within 1..100000000000",
                "users: 1000       | users: lots         | line 2: users 'lots' is not a number (accounts)",
                "users: 1000       | users: '1000'       | line 2: users '1000' is not a number",
                "users: 1000       | users: .nan         | line 2: users '.nan' is not a number",
                "users: 1000       | users: [1]          | line 2: users must be a number, accounts, 1..100000000000",
                "dailyShare: 0.5   | dailyShare: 1.5     | line 3: dailyShare=1.5 of users is not within 0.000001..1",
                "devices: 1        | devices: 1\\ndevices: 2 | line 7: key 'devices' is there twice",
                "onlineSharePeak: 0.2 | onlineSharePeak: 0.05 | line 5: onlineSharePeak = 0.05 is below onlineShare = 0.1",
                "festivalFactor: 3 | festivalFactor: 1.5 | festivalFactor = 1.5 is below peakFactor = 2",
                "slowShare: 0      | slowShare: -0.1     | slowShare=-0.1 of deliveries is not within 0..1",
                "share: 0.25       | share: 0.15         | line 22: groupSizes has shares that sum to 0.9 instead of 1",
                "members: 3        | members: 1          | line 22: groupSizes.members=1 members is not within 2..10000000",
                "share: 0.6        | share: 0.5          | line 25: mix has shares that sum to 0.9 instead of 1",
                "share: 0.6        | share: 60           | line 27: mix.groups.share=60 of sends is not within 0..1",
                "class: CHAT       | class: CHATS        | line 26: mix.groups.class 'CHATS' is none of [CHAT, CHANNEL, BOT, MINI_APP, PAYMENT, WALLET, RECEIPT, SIGNAL], did you mean 'CHAT'?",
                "recipients: groups | recipients: group  | line 28: mix.groups.recipients 'group' is not a number (users, or 'groups')",
                "length: 100, share: 0.5 | length: 100, share: 0.4 | line 29: mix.groups.payload has shares that sum to 0.9",
                "payload: 500      | payload: 70000      | mix.payments.payload=70000 bytes is not within 1..65536",
                "payload: 500      | payload: []         | mix.payments.payload must be a list with at least one entry",
                "payload: 500      | payload: [5]        | mix.payments.payload must be a list of 'key: value'",
                "payload: 32       | payload: 32\\n    retainHours: 1 | mix.typing.retainHours is given, and no SIGNAL is kept",
                "payload: 32       | payload: 32\\n    level: SYNCED  | mix.typing.level = SYNCED, and no SIGNAL is ever in the journal",
                "payload: 32       | payload: 32\\n    level: SYNKED  | 'SYNKED' is none of [NONE, ACCEPTED, JOURNALED, SYNCED], did you mean 'SYNCED'?",
                "payments:         | pay ments:          | line 32: mix.pay ments is no name of a row",
                "retainHours: 24   | level: JOURNALED    | key 'mix.groups.retainHours' is missing: a number, h, 0..",
                "spikeFactor: 40   | spikeFactor: 0.5    | mix.payments.spikeFactor=0.5 times the mean is not within 1..",
                "users: 1000       | users: {a: *b}      | line 2: not YAML: found undefined alias b",
                "about: a test     | about: [a test      | not YAML:",
            })
    void shouldSayWhichLineIsWrongAndHow(final String from, final String to, final String explanation) {
        final String text = WHOLE.replaceFirst(from + "(?=[,}\\n])", to.replace("\\n", "\n"));
        assertTrue(!text.equals(WHOLE), "the profile of the test has no " + from);

        final String problem = problem(text);

        assertTrue(problem.startsWith("profile test.yaml line "), problem);
        assertTrue(problem.contains(explanation), problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "groupSizes", "mix", "about", "pingLength"})
    void shouldNameMissingKey(final String key) {
        final String text = WHOLE.replaceFirst("(?m)^" + key + ":(.*\\n( .*\\n)*)", "");

        final String problem = problem(text);

        assertTrue(problem.contains("key '" + key + "' is missing") || problem.contains("has no " + key), problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "- a", "42", "mix: 3", "&a [*a]"})
    void shouldRefuseWhatIsNoProfile(final String text) {
        assertTrue(problem(text).startsWith("profile test.yaml"), problem(text));
    }

    @Test
    void shouldRefuseFilesThatAreNoText() throws IOException {
        final Path file = Files.write(directory.resolve("x.yaml"), new byte[] {(byte) 0xC3, 0x28});

        final String problem = assertThrows(ProfileException.class, () -> ProfileReader.read(file))
                .getMessage();

        assertEquals("profile " + file + ": not a text in UTF-8", problem);
    }

    private static String problem(final String text) {
        return assertThrows(ProfileException.class, () -> ProfileReader.parse("test.yaml", text))
                .getMessage();
    }
}
