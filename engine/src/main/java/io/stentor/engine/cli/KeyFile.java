package io.stentor.engine.cli;

import io.stentor.transport.wire.SharedSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Reads files of keys. What is wrong with a file is said with its name and line, never with what is in it.
 *
 * <p>Empty lines and lines that begin with {@code #} do not count.
 */
final class KeyFile {

    /** HMAC with SHA-256 wants a key as long as its hash (RFC 7518, section 3.2): 32 bytes. */
    private static final int TOKEN_KEY_LENGTH_MIN = 32;

    /** A shorter key of an API could be guessed over the network. */
    private static final int API_KEY_LENGTH_MIN = 16;

    private final CommandSpec spec;
    private final String option;
    private final Path file;

    KeyFile(final CommandSpec spec, final String option, final Path file) {
        this.spec = spec;
        this.option = option;
        this.file = file;
    }

    /** Keys of the API by the names of their owners; a line is {@code NAME:KEY}, or a key alone for the name "api". */
    Map<String, String> apiKeys() {
        final Map<String, String> keys = new LinkedHashMap<>();
        for (final String line : lines()) {
            final int colon = line.indexOf(':');
            final String name = colon > 0 ? line.substring(0, colon).strip() : "api";
            final String key = line.substring(colon + 1).strip();
            if (key.length() < API_KEY_LENGTH_MIN) {
                throw refusal("the key of " + name + " has " + key.length() + " characters, at least "
                        + API_KEY_LENGTH_MIN + " are needed");
            }
            if (keys.putIfAbsent(name, key) != null) {
                throw refusal("there are two keys of " + name);
            }
        }
        return keys;
    }

    /** Keys that sign connect tokens: one per line, any of which a token may be signed with. */
    List<byte[]> tokenKeys() {
        return lines().stream()
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .peek(key -> {
                    if (key.length < TOKEN_KEY_LENGTH_MIN) {
                        throw refusal("a key has " + key.length + " bytes, at least " + TOKEN_KEY_LENGTH_MIN
                                + " are needed for HS256");
                    }
                })
                .toList();
    }

    /** The one secret of an engine and its shards, in the first line. */
    byte[] secret() {
        final byte[] secret = lines().get(0).getBytes(StandardCharsets.UTF_8);
        if (secret.length < SharedSecret.LENGTH_MIN) {
            throw refusal(
                    "the secret has " + secret.length + " bytes, at least " + SharedSecret.LENGTH_MIN + " are needed");
        }
        return secret;
    }

    /**
     * A file's first line that counts.
     *
     * @throws IllegalStateException saying what is wrong with the file.
     */
    static String firstLine(final String option, final Path file) {
        try {
            return read(file).stream()
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(option + " " + file + ": there is no line in it"));
        } catch (final IOException ex) {
            throw new IllegalStateException(option + " " + file + ": " + problemOf(ex), ex);
        }
    }

    private List<String> lines() {
        final List<String> lines;
        try {
            lines = read(file);
        } catch (final IOException ex) {
            throw refusal(problemOf(ex));
        }
        if (lines.isEmpty()) {
            throw refusal("there is no key in the file");
        }
        return lines;
    }

    private ParameterException refusal(final String problem) {
        return new ParameterException(spec.commandLine(), option + " " + file + ": " + problem);
    }

    private static List<String> read(final Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    private static String problemOf(final IOException failure) {
        return failure instanceof NoSuchFileException
                ? "there is no such file"
                : "the file cannot be read: " + failure.getMessage();
    }
}
