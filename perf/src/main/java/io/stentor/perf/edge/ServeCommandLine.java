package io.stentor.perf.edge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts {@code stentor serve}, with a key for tokens that the rig signs. */
final class ServeCommandLine {

    private static final String MAIN = "io.stentor.engine.cli.Main";
    private static final String FLAGS = "/io/stentor/engine/jvm.args";

    private ServeCommandLine() {}

    /**
     * Starts it.
     *
     * @param directory an empty one, for its journal and its key.
     * @param flags of its JVM, besides those that it needs.
     * @param tokens whose key it takes.
     */
    static ServerProcess start(final Path directory, final List<String> flags, final Tokens tokens) throws IOException {
        final Path key = Files.writeString(directory.resolve("token.key"), tokens.key() + "\n");
        final List<String> all = new ArrayList<>(needed());
        all.addAll(flags);
        return ServerProcess.start(
                directory,
                all,
                MAIN,
                List.of(
                        "serve",
                        "--http",
                        "127.0.0.1:0",
                        "--data",
                        directory.resolve("data").toString(),
                        "--token-key-file",
                        key.toString()));
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
