package io.stentor.perf.plan.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class ShippedProfilesTest {
    private static final Pattern FIGURE = Pattern.compile("(?m)^([a-zA-Z]+): [0-9.]+( *#.*)?$");

    @SuppressWarnings("UnusedVariable")
    private static final List<String> NAMES = ShippedProfiles.NAMES;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @FieldSource("NAMES")
    void shouldBeWhole(final String name) throws ProfileException {
        final Profile profile = ShippedProfiles.find(name);

        assertEquals(name, profile.name());
        assertTrue(profile.sendsPerSecond() > 1, "a profile sends something");
        assertTrue(profile.deliveriesPerSend() > 0, "a profile reaches somebody");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void shouldSayWhatEveryFigureIs(final String name) throws ProfileException {
        FIGURE.matcher(ShippedProfiles.text(name)).results().forEach(line -> {
            // What the storm's time is means nothing where there is no storm.
            if (!line.group(1).equals("stormSeconds")) {
                assertTrue(line.group(2) != null, line.group());
            }
        });
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void shouldBeTheSameAsACopyOfItsText(final String name) throws ProfileException, IOException {
        final Path copy = Files.writeString(directory.resolve(name + ".yaml"), ShippedProfiles.text(name));

        assertEquals(ShippedProfiles.find(name), ShippedProfiles.find(copy.toString()));
    }

    @Test
    void shouldNameTheNearest() {
        final String problem = assertThrows(ProfileException.class, () -> ShippedProfiles.find("big-group"))
                .getMessage();

        assertEquals(
                "profile 'big-group' is neither a file nor one of messenger-800m, one-to-one, big-groups, channel-broadcast,"
                        + " mini-app-push, payment-festival, reconnect-storm, soak, did you mean 'big-groups'?",
                problem);
    }
}
