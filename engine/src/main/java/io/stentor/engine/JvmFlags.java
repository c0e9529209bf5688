package io.stentor.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Checks that the JVM was started with the flags that Agrona, Aeron and Chronicle need. Without them those fail late and
 * with misleading words; this fails at once and names what is missing.
 */
final class JvmFlags {

    /** The flags as an argument file, for {@code java @FILE}. */
    static final String RESOURCE = "jvm.args";

    private JvmFlags() {}

    /**
     * Checks the flags.
     *
     * @throws EngineException naming every missing flag.
     */
    static void check() {
        final List<String> missing = missing(read(), Object.class.getModule());
        if (!missing.isEmpty()) {
            throw new EngineException(String.format(
                    Locale.ROOT,
                    "the JVM was started without %s: add %s, or start it with java @%s, a file that"
                            + " io/stentor/engine/%s in this library's jar holds",
                    missing.size() == 1 ? "a flag that is needed" : missing.size() + " flags that are needed",
                    String.join(" ", missing),
                    RESOURCE,
                    RESOURCE));
        }
    }

    static List<String> missing(final List<String> flags, final Module base) {
        final List<String> missing = new ArrayList<>();
        final Module ours = JvmFlags.class.getModule();
        for (final String flag : flags) {
            final int equals = flag.indexOf('=');
            if (flag.startsWith("--add-opens=java.base/") || flag.startsWith("--add-exports=java.base/")) {
                final String packageName = flag.substring(flag.indexOf('/') + 1, flag.indexOf('=', equals + 1));
                final boolean granted = flag.startsWith("--add-opens")
                        ? base.isOpen(packageName, ours)
                        : base.isExported(packageName, ours);
                if (!granted) {
                    missing.add(flag);
                }
            }
        }
        return missing;
    }

    static List<String> read() {
        try (InputStream in = JvmFlags.class.getResourceAsStream(RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (final IOException ex) {
            throw new UncheckedIOException("reading " + RESOURCE, ex);
        }
    }
}
