package io.stentor.perf.edge;

import io.stentor.perf.load.Scratch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;

/** A swarm for each server, in processes of their own, each with source addresses of its own. One thread. */
final class ConnsSwarms implements AutoCloseable {

    private final List<SwarmProcess> swarms = new ArrayList<>();

    private ConnsSwarms() {}

    /**
     * Starts them; no client is open yet.
     *
     * @param servers that hold the sessions.
     * @param most connections of all at the end.
     * @param clients what each client wants.
     * @param tokens that they show.
     */
    static ConnsSwarms start(
            final Scratch scratch,
            final List<ServerProcess> servers,
            final int most,
            final SwarmProcess.Clients clients,
            final Tokens tokens)
            throws IOException {
        final ConnsSwarms started = new ConnsSwarms();
        try {
            final int stride = stride(share(most, servers.size(), 0));
            for (final ServerProcess server : servers) {
                final int first = started.swarms.size() * stride;
                started.swarms.add(SwarmProcess.start(scratch.newDirectory(), server.port(), first, clients, tokens));
            }
            return started;
        } catch (final IOException | RuntimeException ex) {
            started.close();
            throw ex;
        }
    }

    /**
     * Opens clients until there are so many in all and each has got its answers; with as many as there are already it makes
     * sure that all are well.
     *
     * @throws IOException when one failed, or too few opened in time.
     */
    void grow(final int count) throws IOException {
        for (int i = 0; i < swarms.size(); i++) {
            swarms.get(i).grow(share(count, swarms.size(), i));
        }
        for (int i = 0; i < swarms.size(); i++) {
            swarms.get(i).awaitOpen(share(count, swarms.size(), i));
        }
    }

    @Override
    public void close() {
        CloseHelper.closeAll(swarms);
    }

    /** The even share of one of several; the first ones take what is left. */
    static int share(final int count, final int parts, final int part) {
        return count / parts + (part < count % parts ? 1 : 0);
    }

    /** How far apart the numbers of swarms are, so that no two have a source address in common. */
    static int stride(final int clients) {
        return (clients + Swarm.ADDRESS_CONNECTIONS - 1) / Swarm.ADDRESS_CONNECTIONS * Swarm.ADDRESS_CONNECTIONS;
    }
}
