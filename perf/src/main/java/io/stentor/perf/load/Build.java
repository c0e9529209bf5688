package io.stentor.perf.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build measured.
 *
 * @param version of the project.
 * @param commit that was built, followed by {@code -modified} if files had changed since; empty if it was not known.
 */
public record Build(String version, String commit) {
    /** This one. */
    public static Build current() {
        final Properties properties = new Properties();
        try (InputStream stream = Build.class.getResourceAsStream("build.properties")) {
            if (stream != null) {
                properties.load(stream);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return new Build(properties.getProperty("version", "unknown"), properties.getProperty("commit", ""));
    }

    @Override
    public String toString() {
        return "stentor-perf " + version + (commit.isEmpty() ? "" : " (" + commit + ")");
    }
}
