package io.stentor.perf.plan.profile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The profiles that come with the rig. Stateless. */
public final class ShippedProfiles {
    /** Their names, the whole messenger first. */
    public static final List<String> NAMES = List.of(
            "messenger-800m",
            "one-to-one",
            "big-groups",
            "channel-broadcast",
            "mini-app-push",
            "payment-festival",
            "reconnect-storm",
            "soak");

    private static final String DIRECTORY = "/io/stentor/perf/plan/profiles/";

    private ShippedProfiles() {}

    /**
     * The profile that a person names.
     *
     * @param nameOrFile one of {@link #NAMES}, or a file.
     * @throws ProfileException if there is neither, or the file is no profile.
     */
    public static Profile find(final String nameOrFile) throws ProfileException {
        if (NAMES.contains(nameOrFile)) {
            return ProfileReader.parse(nameOrFile, text(nameOrFile));
        }
        final Path file = Path.of(nameOrFile);
        if (Files.isRegularFile(file)) {
            return ProfileReader.read(file);
        }
        throw new ProfileException("profile '" + nameOrFile + "' is neither a file nor one of "
                + String.join(", ", NAMES) + NearestName.hint(nameOrFile, NAMES));
    }

    /**
     * The text of a shipped profile, to copy and edit.
     *
     * @param name one of {@link #NAMES}.
     * @throws ProfileException if it is none of them.
     */
    public static String text(final String name) throws ProfileException {
        if (!NAMES.contains(name)) {
            throw new ProfileException(
                    "profile '" + name + "' is none of " + String.join(", ", NAMES) + NearestName.hint(name, NAMES));
        }
        try (InputStream stream = ShippedProfiles.class.getResourceAsStream(DIRECTORY + name + ".yaml")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
