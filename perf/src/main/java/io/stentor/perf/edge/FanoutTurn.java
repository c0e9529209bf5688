package io.stentor.perf.edge;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * One server's turn: as fast as it can, then at a pace.
 *
 * @param unpaced what it came to as fast as it could.
 * @param paced what it came to at the pace.
 * @param deliveryCpuNs processor time of the server's process for a delivery, as fast as it could: what remains to be
 *     compared when others have the processors too.
 */
record FanoutTurn(FanoutLoad.Phase unpaced, FanoutLoad.Phase paced, double deliveryCpuNs) {

    static final String TOPIC = "fan:1";
    static final String PUBLISHER = "publisher";

    private static final int OPEN_SECONDS = 60;

    /**
     * What is asked for.
     *
     * @param subscribers of the topic.
     * @param payload of each message.
     * @param warmupSeconds as fast as it can, not counted.
     * @param seconds of each phase.
     * @param pace deliveries a second.
     */
    record Plan(int subscribers, String payload, int warmupSeconds, int seconds, int pace) {}

    /** Runs it against a server that has just been started. */
    static FanoutTurn run(final ServerProcess server, final Tokens tokens, final Plan plan) throws Exception {
        final NanoClock clock = SystemNanoClock.INSTANCE;
        try (Swarm swarm = new Swarm(server.port(), number -> commands(tokens, number, plan.subscribers()))) {
            swarm.grow(plan.subscribers());
            final FanoutLoad load = new FanoutLoad(swarm, publisher(swarm, plan), clock, TOPIC, plan.payload());
            swarm.deliveries(load);
            load.unpaced(plan.warmupSeconds());
            final long startNs = server.cpuNs();
            final FanoutLoad.Phase unpaced = load.unpaced(plan.seconds());
            final double cpuNs = server.cpuNs() - startNs;
            final FanoutLoad.Phase paced = load.paced(plan.pace(), plan.seconds());
            swarm.check();
            server.requireAlive();
            return new FanoutTurn(unpaced, paced, cpuNs / (unpaced.deliveriesPerSecond() * plan.seconds()));
        } catch (final IOException ex) {
            server.requireAlive();
            throw ex;
        }
    }

    private static String commands(final Tokens tokens, final int number, final int publisher) {
        final String user = number == publisher ? PUBLISHER : "user-" + number;
        final String connect = "{\"id\":1,\"connect\":{\"token\":\"" + tokens.of(user) + "\"}}";
        return number == publisher ? connect : connect + "\n{\"id\":2,\"subscribe\":{\"channel\":\"" + TOPIC + "\"}}";
    }

    private static SwarmSocket publisher(final Swarm swarm, final Plan plan) throws Exception {
        final CompletableFuture<SwarmSocket> open = new CompletableFuture<>();
        swarm.start(plan.subscribers(), new SwarmSocket.Listener() {
            @Override
            public void onOpen(final SwarmSocket socket) {
                open.complete(socket);
            }

            @Override
            public void onFrame() {}

            @Override
            public void onPublication(final SwarmSocket socket, final long offset) {
                swarm.fail("the publisher got a message");
            }

            @Override
            public void onAnswer() {}

            @Override
            public void onFailure(final String reason) {
                swarm.fail("publisher: " + reason);
            }
        });
        return open.get(OPEN_SECONDS, TimeUnit.SECONDS);
    }
}
