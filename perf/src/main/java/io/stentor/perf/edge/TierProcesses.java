package io.stentor.perf.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemEpochClock;

/** The processes of a tier under load: those that a target names are started and ended; a running tier is left as it is. */
public final class TierProcesses implements AutoCloseable {
    /** Of {@code stentor serve --dev}. */
    private static final String DEV_API_KEY = "dev";

    private static final long TOKEN_SECONDS = TimeUnit.DAYS.toSeconds(1);

    /** In the order in which they are started; ended the other way round. */
    private final Map<String, ServerProcess> processes = new LinkedHashMap<>();

    private final List<Integer> ports = new ArrayList<>();
    private final Tokens tokens;
    private final String apiKey;
    private int apiPort;

    private TierProcesses(final Tokens tokens, final String apiKey) {
        this.tokens = tokens;
        this.apiKey = apiKey;
    }

    /**
     * Starts them.
     *
     * @param target what is started.
     * @param directory an empty one, for keys and data.
     * @throws IOException when one does not start, with its own words.
     */
    public static TierProcesses start(final TierTarget target, final Path directory)
            throws IOException, GeneralSecurityException {
        final TierProcesses tier = new TierProcesses(tokens(target), apiKey(target));
        boolean started = false;
        try {
            switch (target.kind()) {
                case RUNNING -> {
                    tier.ports.add(target.port());
                    tier.apiPort = target.port();
                }
                case TIER -> {
                    final ServerProcess serve = ServeCommandLine.startForBackends(
                            Files.createDirectory(directory.resolve("tier")), List.of(), tier.tokens, tier.apiKey);
                    tier.processes.put("tier", serve);
                    tier.ports.add(serve.port());
                    tier.apiPort = serve.port();
                }
                case SHARDS -> tier.startShards(target.shards(), directory);
            }
            started = true;
            return tier;
        } finally {
            if (!started) {
                tier.close();
            }
        }
    }

    /** Where clients connect, on loopback. */
    public List<Integer> ports() {
        return ports;
    }

    /** Where backends connect, on loopback. */
    public int apiPort() {
        return apiPort;
    }

    /** The key of a backend. */
    public String apiKey() {
        return apiKey;
    }

    /** Signs for the clients; null when the tier lets anybody in. */
    public Tokens tokens() {
        return tokens;
    }

    /** The processor time that each has taken, in nanoseconds, by its name. */
    public Map<String, Long> cpuNs() {
        final Map<String, Long> cpuNs = new LinkedHashMap<>();
        processes.forEach((name, process) -> cpuNs.put(name, process.cpuNs()));
        return cpuNs;
    }

    @Override
    public void close() {
        final List<ServerProcess> all = new ArrayList<>(processes.values());
        for (int i = all.size() - 1; i >= 0; i--) {
            CloseHelper.close(all.get(i));
        }
    }

    private void startShards(final int count, final Path directory) throws IOException {
        final String secret = Tokens.newKey();
        final ServerProcess engine = ServeCommandLine.startEngine(
                Files.createDirectory(directory.resolve("engine")), List.of(), tokens, secret, apiKey);
        processes.put("engine", engine);
        apiPort = engine.port();
        final String endpoint = ServeCommandLine.shardsEndpoint(engine);
        for (int i = 1; i <= count; i++) {
            final ServerProcess shard = ServeCommandLine.startShard(
                    Files.createDirectory(directory.resolve("shard-" + i)), List.of(), tokens, endpoint, secret);
            processes.put("shard " + i, shard);
            ports.add(shard.port());
        }
    }

    private static String apiKey(final TierTarget target) throws IOException {
        if (target.kind() != TierTarget.Kind.RUNNING) {
            return Tokens.newKey();
        }
        return target.apiKeyFile() == null
                ? DEV_API_KEY
                : Files.readString(target.apiKeyFile()).strip();
    }

    private static Tokens tokens(final TierTarget target) throws IOException, GeneralSecurityException {
        final long expiresAtSeconds = SystemEpochClock.INSTANCE.time() / 1000 + TOKEN_SECONDS;
        if (target.kind() != TierTarget.Kind.RUNNING) {
            return new Tokens(expiresAtSeconds);
        }
        return target.tokenKeyFile() == null
                ? null
                : new Tokens(Files.readString(target.tokenKeyFile()).strip(), expiresAtSeconds);
    }
}
