package io.stentor.perf.edge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts {@code stentor serve} and {@code stentor shard}, with a key for tokens that the rig signs. */
final class ServeCommandLine {

    private static final String MAIN = "io.stentor.engine.cli.Main";
    private static final String FLAGS = "/io/stentor/engine/jvm.args";

    private ServeCommandLine() {}

    /**
     * Starts it, without a limit to how many clients connect in a second.
     *
     * @param directory an empty one, for its journal and its key.
     * @param flags of its JVM, besides those that it needs.
     * @param tokens whose key it takes.
     */
    static ServerProcess start(final Path directory, final List<String> flags, final Tokens tokens) throws IOException {
        return start(
                directory,
                flags,
                tokens,
                List.of("serve", "--data", directory.resolve("data").toString(), "--connects-per-second", "0"));
    }

    /**
     * Starts {@code stentor serve} with an API.
     *
     * @param directory an empty one, for its journal and its keys.
     * @param flags of its JVM, besides those that it needs.
     * @param tokens whose key it takes.
     * @param apiKey that backends have.
     */
    static ServerProcess startForBackends(
            final Path directory, final List<String> flags, final Tokens tokens, final String apiKey)
            throws IOException {
        final Path key = Files.writeString(directory.resolve("api.key"), apiKey + "\n");
        return start(
                directory,
                flags,
                tokens,
                List.of("serve", "--data", directory.resolve("data").toString(), "--api-key-file", key.toString()));
    }

    /**
     * Starts {@code stentor serve} for shards in processes of their own: it holds no session.
     *
     * @param directory an empty one, for its journal and its keys.
     * @param flags of its JVM, besides those that it needs.
     * @param tokens whose key it takes.
     * @param secret that its shards know it by, as text.
     * @param apiKey that backends have: without sessions it serves them only, and starts for nobody else.
     */
    static ServerProcess startEngine(
            final Path directory,
            final List<String> flags,
            final Tokens tokens,
            final String secret,
            final String apiKey)
            throws IOException {
        final Path file = Files.writeString(directory.resolve("shard.secret"), secret + "\n");
        final Path key = Files.writeString(directory.resolve("api.key"), apiKey + "\n");
        return start(
                directory,
                flags,
                tokens,
                List.of(
                        "serve",
                        "--data",
                        directory.resolve("data").toString(),
                        "--no-shard",
                        "--shards",
                        "127.0.0.1:0",
                        "--secret-file",
                        file.toString(),
                        "--api-key-file",
                        key.toString()));
    }

    /** Where an engine that was started for shards listens for them. */
    static String shardsEndpoint(final ServerProcess engine) throws IOException {
        return engine.line("shards ");
    }

    /**
     * Starts {@code stentor shard}.
     *
     * @param directory an empty one, for its keys.
     * @param flags of its JVM, besides those that it needs.
     * @param tokens whose key it takes.
     * @param engine where the engine listens for shards.
     * @param secret that the engine knows it by, as text.
     */
    static ServerProcess startShard(
            final Path directory,
            final List<String> flags,
            final Tokens tokens,
            final String engine,
            final String secret)
            throws IOException {
        final Path file = Files.writeString(directory.resolve("shard.secret"), secret + "\n");
        return start(directory, flags, tokens, List.of("shard", "--engine", engine, "--secret-file", file.toString()));
    }

    private static ServerProcess start(
            final Path directory, final List<String> flags, final Tokens tokens, final List<String> arguments)
            throws IOException {
        final Path key = Files.writeString(directory.resolve("token.key"), tokens.key() + "\n");
        final List<String> jvm = new ArrayList<>(needed());
        jvm.addAll(flags);
        final List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--http", "127.0.0.1:0", "--token-key-file", key.toString()));
        return ServerProcess.start(directory, jvm, MAIN, all);
    }

    private static List<String> needed() throws IOException {
        try (InputStream in = ServeCommandLine.class.getResourceAsStream(FLAGS)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
    }
}
