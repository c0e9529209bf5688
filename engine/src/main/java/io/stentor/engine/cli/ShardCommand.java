package io.stentor.engine.cli;

import io.stentor.engine.EngineException;
import io.stentor.engine.ShardServer;
import io.stentor.engine.ShardServerContext;
import io.stentor.engine.Version;
import io.stentor.transport.gateway.server.Gateway;
import io.stentor.transport.gateway.server.GatewayContext;
import io.stentor.transport.wire.RefusalCode;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a connection shard until it is told to stop. */
@Command(
        name = "shard",
        description = "Run a connection shard: clients over WebSocket, for an engine that runs with 'serve --shards'.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        footer = {
            "",
            "Prints one line that starts with 'ready' and the URL when it is attached to the engine.",
            "An engine that is not there, or goes away, it waits for; its clients' sockets stay open.",
            "SIGTERM and SIGINT drain it; it then exits with 0.",
        })
final class ShardCommand implements Callable<Integer> {

    /** How often it is looked whether the shard is attached. */
    private static final long LOOK_MS = 20;

    /** How often it is said what the shard waits for. */
    private static final long SAY_MS = 5_000;

    /** A shard that was killed is missed by the engine after 3 s: until then its successor is refused. */
    private static final long TAKEN_MS = 15_000;

    /** Ids that follow from names: 30 bits, so that a few hundred shards hardly ever meet. */
    private static final int ID_MASK = (1 << 30) - 1;

    /** An odd number near 2^64 divided by the golden ratio: names that differ little get ids far apart. */
    private static final long ID_SPREAD = 0x9E3779B97F4A7C15L;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--engine",
            paramLabel = "HOST:PORT",
            required = true,
            converter = HostPort.Converter.class,
            description = "Where the engine listens for shards.")
    private HostPort engine;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "Where to listen for the engine, over UDP; by default any port of the address from which this"
                    + " machine reaches the engine.")
    private HostPort listen;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8001",
            converter = HostPort.Converter.class,
            description = "Where to listen for clients and health checks; port 0 lets the system choose.")
    private HostPort http;

    @Option(
            names = "--address",
            paramLabel = "URL",
            description =
                    "The URL of the WebSocket as clients reach it, for /api/connect_info; by default that of --http.")
    private String address;

    @Option(
            names = "--id",
            paramLabel = "N",
            description = "The shard's number, unique among the engine's shards, at least 2; by default it follows from"
                    + " the host's name and --http.")
    private Integer id;

    @Option(
            names = "--dev",
            description =
                    "For trying things out, on loopback only: anonymous clients, and a secret that everybody knows.")
    private boolean dev;

    @Option(
            names = "--payload-max",
            paramLabel = "BYTES",
            defaultValue = "65536",
            description = "The longest message in bytes, as the engine's.")
    private int payloadMax;

    @Mixin
    private ShardNetworkOptions network;

    @Mixin
    private ClientOptions clients;

    @Override
    public Integer call() throws Exception {
        checkUsage();
        final CompletableFuture<Integer> exit = new CompletableFuture<>();
        final PrintWriter err = spec.commandLine().getErr();
        final ShardServerContext context = context().failureHandler(failure -> {
            err.println("stentor: the shard has failed: " + failure.getMessage());
            exit.complete(CommandLine.ExitCode.SOFTWARE);
        });
        final CompletableFuture<Void> stopped = new CompletableFuture<>();
        try (ShardServer shard = ShardServer.open(context);
                Gateway gateway = Gateway.launch(gatewayContext(context.name()).sessionPort(shard.sessions()))) {
            ServeCommand.stopWith(exit, stopped);
            final String url = new HostPort(http.host(), gateway.port()).url();
            shard.start(address == null ? webSocketOf(url) : address);
            if (awaitEngine(shard, exit)) {
                final PrintWriter out = spec.commandLine().getOut();
                out.println("ready " + url);
                out.flush();
            }
            return exit.join();
        } finally {
            // An exception leaves this as the code, and the hook that runs at the exit must not take it for a stop.
            exit.complete(CommandLine.ExitCode.SOFTWARE);
            stopped.complete(null);
        }
    }

    /** The URL of a gateway's WebSocket for clients. */
    static String webSocketOf(final String url) {
        return url.replaceFirst("^http", "ws") + "/connection/websocket";
    }

    /**
     * Waits until the shard is attached.
     *
     * @return false when it was told to stop before.
     * @throws EngineException when the engine refuses it for a reason that does not pass by itself.
     */
    private boolean awaitEngine(final ShardServer shard, final CompletableFuture<Integer> exit) throws Exception {
        final PrintWriter err = spec.commandLine().getErr();
        long waitedMs = 0;
        String reason;
        while ((reason = shard.notReadyReason()) != null) {
            final RefusalCode refusal = shard.refusal();
            if (refusal != null && (refusal != RefusalCode.SHARD_ID_TAKEN || waitedMs >= TAKEN_MS)) {
                throw new EngineException(reason);
            }
            if (waitedMs % SAY_MS == SAY_MS - LOOK_MS) {
                err.println("waiting for the engine at " + engine.text() + ": " + reason);
            }
            try {
                exit.get(LOOK_MS, TimeUnit.MILLISECONDS);
                return false;
            } catch (final TimeoutException ex) {
                waitedMs += LOOK_MS;
            }
        }
        return true;
    }

    private void checkUsage() {
        if (!dev && !clients.hasTokenKeys()) {
            throw new ParameterException(
                    spec.commandLine(), "no client could use it: give --token-key-file, or --dev to try things out");
        }
        for (final HostPort listened : listen == null ? List.of(http, engine) : List.of(http, engine, listen)) {
            if (dev && !listened.isLoopback()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--dev lets anybody in and uses loopback only, not " + listened.host()
                                + ": give --secret-file and --token-key-file instead");
            }
        }
        if (id != null && id < ShardServerContext.ID_MIN) {
            throw new ParameterException(
                    spec.commandLine(), "--id " + id + ": a shard's number is at least " + ShardServerContext.ID_MIN);
        }
    }

    private ShardServerContext context() {
        final String name = hostName() + ':' + http.port();
        return new ShardServerContext()
                .id(id == null ? idOf(name) : id)
                .name(name)
                .engine(engine.text())
                .listen(listen == null ? null : listen.text())
                .secret(network.secret(spec, dev))
                .udp(network.udp(spec))
                .payloadLengthMax(payloadMax);
    }

    private GatewayContext gatewayContext(final String name) {
        final GatewayContext context = new GatewayContext()
                .host(http.host())
                .port(http.port())
                .dev(dev)
                .nodeName(name)
                .version(Version.text())
                .payloadLengthMax(payloadMax);
        clients.apply(context, spec);
        return context;
    }

    /** A process whose port the system chooses is another one each time. */
    private int idOf(final String name) {
        final long hash = (http.port() == 0 ? new SecureRandom().nextLong() : name.hashCode()) * ID_SPREAD;
        return ShardServerContext.ID_MIN + ((int) (hash >>> Integer.SIZE) & ID_MASK);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (final UnknownHostException ex) {
            return "localhost";
        }
    }
}
