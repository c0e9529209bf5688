package io.stentor.engine.cli;

import io.stentor.transport.gateway.server.GatewayContext;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which clients a process lets in, and how many. */
final class ClientOptions {

    @Option(
            names = "--token-key-file",
            paramLabel = "FILE",
            description = "Keys that sign clients' connect tokens (HS256), one per line.")
    private Path tokenKeyFile;

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description = "A web origin whose pages may connect, such as https://app.example.com; may be repeated.")
    private List<String> origins = List.of();

    @Option(
            names = "--connections-max",
            paramLabel = "COUNT",
            defaultValue = "0",
            description =
                    "Open sockets of clients and backends at most; 0 for the limit of open files (ulimit -n) less 512.")
    private int connectionsMax;

    @Option(
            names = "--connects-per-second",
            paramLabel = "COUNT",
            description =
                    "Clients that are let in a second at most, with a burst of one second's; those beyond wait for their"
                            + " turn, up to 3 s, or are told to try again. 0 is no limit. Default: 500 for each"
                            + " processor.")
    private Integer connectsPerSecond;

    @Option(
            names = "--outbox-bytes",
            paramLabel = "BYTES",
            defaultValue = "262144",
            description =
                    "What may wait for one client that does not read, at least 65536; beyond it the client is told that"
                            + " it is behind and recovers.")
    private int outboxBytes;

    /** True when clients can show who they are. */
    boolean hasTokenKeys() {
        return tokenKeyFile != null;
    }

    void apply(final GatewayContext context, final CommandSpec spec) {
        if (tokenKeyFile != null) {
            new KeyFile(spec, "--token-key-file", tokenKeyFile).tokenKeys().forEach(context::tokenKey);
        }
        origins.forEach(context::allowedOrigin);
        if (outboxBytes < 65_536) {
            throw new ParameterException(
                    spec.commandLine(), "--outbox-bytes " + outboxBytes + ": at least 65536 bytes are needed");
        }
        if (connectionsMax < 0 || (connectsPerSecond != null && connectsPerSecond < 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--connections-max and --connects-per-second are counts, 0 or more");
        }
        if (connectsPerSecond != null) {
            context.connectsPerSecondMax(connectsPerSecond);
        }
        context.connectionsMax(connectionsMax).outboxBytesMax(outboxBytes);
    }
}
