package io.stentor.perf.edge;

import io.stentor.perf.load.Scratch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;

/** The servers whose sessions are measured: a tier with its embedded shard, or an engine and shards. One thread. */
final class ConnsServers implements AutoCloseable {

    /** Null for a tier with its embedded shard. */
    private final ServerProcess engine;

    private final List<ServerProcess> holders;

    private ConnsServers(final ServerProcess engine, final List<ServerProcess> holders) {
        this.engine = engine;
        this.holders = List.copyOf(holders);
    }

    /**
     * Starts them.
     *
     * @param shards in processes of their own; 0 for a tier with its embedded one.
     * @param flags of their JVMs, besides those that they need.
     * @param tokens whose key they take.
     */
    static ConnsServers start(final Scratch scratch, final int shards, final List<String> flags, final Tokens tokens)
            throws IOException {
        if (shards == 0) {
            return new ConnsServers(null, List.of(ServeCommandLine.start(scratch.newDirectory(), flags, tokens)));
        }
        final List<ServerProcess> started = new ArrayList<>();
        try {
            final String secret = Tokens.newKey();
            final ServerProcess engine =
                    ServeCommandLine.startEngine(scratch.newDirectory(), flags, tokens, secret, Tokens.newKey());
            started.add(engine);
            final String endpoint = ServeCommandLine.shardsEndpoint(engine);
            for (int i = 0; i < shards; i++) {
                started.add(ServeCommandLine.startShard(scratch.newDirectory(), flags, tokens, endpoint, secret));
            }
            return new ConnsServers(engine, started.subList(1, started.size()));
        } catch (final IOException | RuntimeException ex) {
            CloseHelper.closeAll(started);
            throw ex;
        }
    }

    /** Those that hold sessions. */
    List<ServerProcess> holders() {
        return holders;
    }

    /** What those take together that hold sessions. */
    ProcessMemory memory() throws IOException, InterruptedException {
        ProcessMemory sum = ProcessMemory.NONE;
        for (final ServerProcess holder : holders) {
            sum = sum.plus(ProcessMemory.of(holder.pid()));
        }
        return sum;
    }

    /** What an engine takes that holds none; {@link ProcessMemory#NONE} without one. */
    ProcessMemory engineMemory() throws IOException, InterruptedException {
        return engine == null ? ProcessMemory.NONE : ProcessMemory.of(engine.pid());
    }

    /** Processor time of all of them, nanoseconds; 0 when the system does not say. */
    long cpuNs() {
        return holders.stream().mapToLong(ServerProcess::cpuNs).sum() + (engine == null ? 0 : engine.cpuNs());
    }

    /**
     * Makes sure that they still run.
     *
     * @throws IOException when one does not, with its own words.
     */
    void requireAlive() throws IOException {
        for (final ServerProcess holder : holders) {
            holder.requireAlive();
        }
        if (engine != null) {
            engine.requireAlive();
        }
    }

    @Override
    public void close() {
        CloseHelper.closeAll(holders);
        CloseHelper.close(engine);
    }
}
