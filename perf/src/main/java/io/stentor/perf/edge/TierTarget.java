package io.stentor.perf.edge;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which tier is loaded.
 *
 * @param kind what is started, or nothing.
 * @param shards processes of their own; 0 for the tier's embedded shard.
 * @param port of a running tier, on loopback.
 * @param tokenKeyFile key that the running tier takes tokens of; null when it lets anybody in.
 * @param apiKeyFile key that the running tier's backends have; null for that of {@code --dev}.
 */
public record TierTarget(Kind kind, int shards, int port, Path tokenKeyFile, Path apiKeyFile) {

    /** What is started. */
    public enum Kind {
        /** {@code stentor serve}, in a process of its own. */
        TIER,
        /** An engine and shards, each in a process of its own. */
        SHARDS,
        /** Nothing: it runs. */
        RUNNING
    }

    private static final Pattern SHARDS_PATTERN = Pattern.compile("shards(?::(\\d{1,2}))?");
    private static final int SHARDS_DEFAULT = 2;
    private static final int SHARDS_MAX = 16;

    /**
     * Reads it.
     *
     * @param text {@code tier}, {@code shards}, {@code shards:N} or the address of a running tier.
     * @param tokenKeyFile for a running tier; null without one.
     * @param apiKeyFile for a running tier; null without one.
     * @throws IllegalArgumentException saying what is wrong with it.
     */
    public static TierTarget parse(final String text, final Path tokenKeyFile, final Path apiKeyFile) {
        final Matcher shards = SHARDS_PATTERN.matcher(text);
        final boolean running = text.startsWith("http://") || text.startsWith("ws://");
        requireRunning(running, "--token-key-file", tokenKeyFile, text);
        requireRunning(running, "--api-key-file", apiKeyFile, text);
        if (text.equals("tier")) {
            return new TierTarget(Kind.TIER, 0, 0, null, null);
        }
        if (shards.matches()) {
            final int count = shards.group(1) == null ? SHARDS_DEFAULT : Integer.parseInt(shards.group(1));
            if (count < 1 || count > SHARDS_MAX) {
                throw new IllegalArgumentException("--target=" + text + " shards is not within 1.." + SHARDS_MAX);
            }
            return new TierTarget(Kind.SHARDS, count, 0, null, null);
        }
        if (!running) {
            throw new IllegalArgumentException(
                    "--target=" + text + " is none of engine, tier, shards, shards:N and http://127.0.0.1:PORT");
        }
        return new TierTarget(Kind.RUNNING, 0, port(text), tokenKeyFile, apiKeyFile);
    }

    private static void requireRunning(final boolean running, final String name, final Path file, final String target) {
        if (file != null && !running) {
            throw new IllegalArgumentException(name + " is a running tier's: --target=" + target + " has its own");
        }
        if (file != null && !Files.isReadable(file)) {
            throw new IllegalArgumentException(name + "=" + file + " cannot be read");
        }
    }

    private static int port(final String text) {
        final URI uri;
        try {
            uri = URI.create(text);
        } catch (final IllegalArgumentException ex) {
            throw new IllegalArgumentException("--target=" + text + " is no address", ex);
        }
        final String host = uri.getHost();
        if (!"127.0.0.1".equals(host) && !"localhost".equals(host)) {
            throw new IllegalArgumentException("--target=" + text + ": the rig loads this machine only, 127.0.0.1");
        }
        if (uri.getPort() < 1) {
            throw new IllegalArgumentException("--target=" + text + " names no port");
        }
        return uri.getPort();
    }
}
