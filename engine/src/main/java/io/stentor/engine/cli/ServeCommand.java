package io.stentor.engine.cli;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.EngineException;
import io.stentor.engine.Version;
import io.stentor.engine.tier.ApiService;
import io.stentor.journal.JournalDamagedException;
import io.stentor.transport.gateway.server.Gateway;
import io.stentor.transport.gateway.server.GatewayContext;
import io.stentor.transport.wire.DeliveryClass;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.ErrorHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the delivery tier until it is told to stop. */
@Command(
        name = "serve",
        description = "Run a delivery tier: clients over WebSocket, backends over HTTP.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        footer = {
            "",
            "Prints one line that starts with 'ready' and the URL when it serves.",
            "SIGTERM and SIGINT drain it; it then exits with 0.",
        })
final class ServeCommand implements Callable<Integer> {

    /** Six digits of days may be more than the 292 years that fit 64 bits of nanoseconds: that is for ever. */
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhd])");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "stentor-data",
            description = "Where the journal is kept.")
    private Path data;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8000",
            converter = HostPort.Converter.class,
            description = "Where to listen; port 0 lets the system choose.")
    private HostPort http;

    @Option(
            names = "--dev",
            description = "For trying things out, on loopback only: anonymous clients, and the API key 'dev'.")
    private boolean dev;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "Keys of backends that use the HTTP API; a line is NAME:KEY or KEY.")
    private Path apiKeyFile;

    @Option(
            names = "--shards",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description =
                    "Listen there, over UDP, for shards in processes of their own (see 'stentor shard'); port 0 lets"
                            + " the system choose.")
    private HostPort shards;

    @Option(names = "--no-shard", description = "Hold no sessions in this process; needs --shards.")
    private boolean noShard;

    @Mixin
    private ShardNetworkOptions network;

    @Mixin
    private ClientOptions clients;

    @Option(
            names = "--payload-max",
            paramLabel = "BYTES",
            defaultValue = "65536",
            description = "The longest message in bytes.")
    private int payloadMax;

    @Option(
            names = "--disk-reserve",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "Free bytes of the disk below which messages are refused, at least 134217728; 0 takes the"
                    + " greater of 1 GiB and 5 %% of the disk.")
    private long diskReserve;

    @Option(
            names = "--roll-cycle",
            paramLabel = "NAME",
            defaultValue = "FAST_HOURLY",
            description = "How often the journal begins a new file, by the name of a roll cycle of Chronicle Queue;"
                    + " fixed when the journal is made.")
    private String rollCycle;

    @Option(
            names = "--scrub-rate",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description =
                    "Bytes a second of finished journal files that are read again to find damage, at most 1073741824;"
                            + " 0 is never.")
    private long scrubRate;

    @Option(
            names = "--accept-loss",
            paramLabel = "FIRST..LAST",
            converter = SequenceRange.Converter.class,
            description =
                    "Give up these records of a damaged journal: exactly those that a refused start has named. For one"
                            + " start only.")
    private SequenceRange acceptedLoss;

    @Option(
            names = "--checkpoint-records",
            paramLabel = "COUNT",
            defaultValue = "1000000",
            description = "After how many records the next checkpoint is made: a start replays about that many.")
    private long checkpointRecords;

    @Option(
            names = "--retain-bytes",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "Bytes of complete journal files beyond which the oldest are removed; 0 for no limit.")
    private long retainBytes;

    @Option(
            names = "--retain-age",
            paramLabel = "CLASS=AGE",
            description =
                    "How long messages of a class keep their journal file, such as CHAT=90d or MINI_APP=1h; AGE is a"
                            + " number with s, m, h or d, or 'forever'. Younger payments are copied before their file goes. May be repeated. By default CHAT and CHANNEL forever,"
                            + " PAYMENT 30d, WALLET 7d, BOT 24h, MINI_APP 1h.")
    private Map<DeliveryClass, String> retainAges = Map.of();

    @Option(
            names = "--pin-age",
            paramLabel = "AGE",
            defaultValue = "24h",
            description = "How long a follower of the log that is behind keeps what it has not read.")
    private String pinAge;

    @Option(
            names = "--pin-bytes",
            paramLabel = "BYTES",
            defaultValue = "0",
            description =
                    "By how many bytes complete journal files may exceed --retain-bytes for followers that are behind;"
                            + " 0 for half of --retain-bytes.")
    private long pinBytes;

    @Override
    public Integer call() throws Exception {
        checkUsage();
        final GatewayContext gatewayContext = gatewayContext();
        final CompletableFuture<Integer> exit = new CompletableFuture<>();
        final PrintWriter err = spec.commandLine().getErr();
        final EngineContext engineContext = engineContext(failure -> {
            err.println("stentor: the engine has failed: " + failure.getMessage());
            exit.complete(CommandLine.ExitCode.SOFTWARE);
        });
        final CompletableFuture<Void> stopped = new CompletableFuture<>();
        try (DeliveryEngine engine = DeliveryEngine.launch(engineContext);
                Gateway gateway = Gateway.launch(gatewayContext
                        .sessionPort(!noShard && (dev || clients.hasTokenKeys()) ? engine.sessions() : null)
                        .apiPort(dev || apiKeyFile != null ? new ApiService(engine) : null)
                        .payloadLengthMax(engine.payloadLengthMax()))) {
            stopWith(exit, stopped);
            final String url = new HostPort(http.host(), gateway.port()).url();
            if (!noShard) {
                engine.embeddedAddress(ShardCommand.webSocketOf(url));
            }
            announce(url, engine.shardsEndpoint());
            return exit.join();
        } catch (final EngineException ex) {
            throw ex.getCause() instanceof JournalDamagedException damage
                    ? new EngineException(DamagedStart.advice(damage, data), ex)
                    : ex;
        } finally {
            // An exception leaves this as the code, and the hook that runs at the exit must not take it for a stop.
            exit.complete(CommandLine.ExitCode.SOFTWARE);
            stopped.complete(null);
        }
    }

    /** Completes {@code exit} when the process is told to stop, and lets it end when {@code stopped} is complete. */
    static void stopWith(final CompletableFuture<Integer> exit, final CompletableFuture<Void> stopped) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(exit, stopped), "stentor-stop"));
    }

    /** Runs when the process is told to stop: drains, and ends it with the exit code that says how it went. */
    private static void stop(final CompletableFuture<Integer> exit, final CompletableFuture<Void> stopped) {
        exit.complete(CommandLine.ExitCode.OK);
        stopped.join();
        Runtime.getRuntime().halt(exit.join());
    }

    private void checkUsage() {
        if (!dev && apiKeyFile == null && !clients.hasTokenKeys()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "nobody could use it: give --api-key-file for backends, --token-key-file for clients, or both;"
                            + " or --dev to try things out");
        }
        if (noShard && shards == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--no-shard leaves nobody to hold sessions: say with --shards where others attach");
        }
        if (noShard && !dev && apiKeyFile == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--no-shard leaves backends only to be served here: give --api-key-file for them");
        }
        for (final HostPort address : shards == null ? List.of(http) : List.of(http, shards)) {
            if (dev && !address.isLoopback()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--dev lets anybody in and listens on loopback only, not on " + address.host()
                                + ": give key files instead");
            }
        }
    }

    private GatewayContext gatewayContext() {
        final GatewayContext context = new GatewayContext()
                .host(http.host())
                .port(http.port())
                .dev(dev)
                .nodeName("embedded")
                .version(Version.text());
        if (apiKeyFile != null) {
            new KeyFile(spec, "--api-key-file", apiKeyFile).apiKeys().forEach(context::apiKey);
        }
        if (dev) {
            context.apiKey("dev", ServerOptions.DEV_API_KEY);
        }
        clients.apply(context, spec);
        return context;
    }

    private EngineContext engineContext(final ErrorHandler failureHandler) {
        final EngineContext context = new EngineContext()
                .directory(data)
                .payloadLengthMax(payloadMax)
                .diskReserveBytes(diskReserve)
                .journalRollCycle(rollCycle)
                .retainBytes(retainBytes)
                .pinAgeNs(ageNs("--pin-age", pinAge))
                .pinBytes(pinBytes)
                .scrubBytesPerSecond(scrubRate)
                .checkpointRecords(checkpointRecords)
                .failureHandler(failureHandler);
        context.shards().embedded(!noShard);
        if (shards != null) {
            context.shards()
                    .endpoint(shards.text())
                    .secret(network.secret(spec, dev))
                    .udp(network.udp(spec));
        }
        retainAges.forEach((deliveryClass, age) -> context.retainAgeNs(deliveryClass, ageNs("--retain-age", age)));
        return acceptedLoss == null ? context : context.acceptLoss(acceptedLoss.first(), acceptedLoss.last());
    }

    private long ageNs(final String option, final String age) {
        if (age.equals("forever")) {
            return EngineContext.RETAIN_FOREVER;
        }
        final Matcher parsed = AGE.matcher(age);
        if (!parsed.matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + ": '" + age + "' is not an age: give a number with s, m, h or d, or 'forever'");
        }
        final long count = Long.parseLong(parsed.group(1));
        return switch (parsed.group(2)) {
            case "s" -> TimeUnit.SECONDS.toNanos(count);
            case "m" -> TimeUnit.MINUTES.toNanos(count);
            case "h" -> TimeUnit.HOURS.toNanos(count);
            default -> TimeUnit.DAYS.toNanos(count);
        };
    }

    private void announce(final String url, final String shardsEndpoint) {
        final PrintWriter out = spec.commandLine().getOut();
        out.println("ready " + url);
        if (shardsEndpoint != null) {
            out.println("shards " + shardsEndpoint);
        }
        if (dev) {
            out.println();
            out.println("Try, in other terminals:");
            out.println("  engine/bin/stentor sub chat:1" + urlOption(url));
            out.println("  engine/bin/stentor pub chat:1 '{\"text\":\"hello\"}'" + urlOption(url));
            out.println("  curl -s " + url + "/api/history -H 'X-API-Key: " + ServerOptions.DEV_API_KEY
                    + "' -d '{\"channel\":\"chat:1\",\"limit\":10}'");
        }
        out.flush();
    }

    private static String urlOption(final String url) {
        return url.equals(ServerOptions.DEFAULT_URL) ? "" : " --url " + url;
    }
}
