package io.stentor.engine.cli;

import io.stentor.transport.aeron.UdpSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What an engine and its shards have to agree on. */
final class ShardNetworkOptions {

    /** The secret of {@code --dev}, which listens on loopback only. */
    private static final String DEV_SECRET = "stentor-dev-secret-known-to-everybody";

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "The secret by which the engine and its shards know each other, at least 32 characters in the"
                    + " first line that is neither empty nor begins with '#'.")
    private Path secretFile;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            defaultValue = "8192",
            description = "The longest datagram between engine and shards, a multiple of 32; 1408 fits every Ethernet.")
    private int mtu;

    @Option(
            names = "--term-length",
            paramLabel = "BYTES",
            defaultValue = "4194304",
            description = "A third of what a stream between engine and shard takes of shared memory, a power of two.")
    private int termLength;

    @Option(
            names = "--window",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "What may be under way on such a stream; at most half a term, and what the system lets a"
                    + " socket hold (net.core.rmem_max). 0 takes as much as that.")
    private int window;

    byte[] secret(final CommandSpec spec, final boolean dev) {
        if (secretFile == null && !dev) {
            throw new ParameterException(
                    spec.commandLine(), "engine and shards know each other by a secret: give --secret-file, or --dev");
        }
        return secretFile == null
                ? DEV_SECRET.getBytes(StandardCharsets.UTF_8)
                : new KeyFile(spec, "--secret-file", secretFile).secret();
    }

    UdpSettings udp(final CommandSpec spec) {
        try {
            return window == 0 ? UdpSettings.fitting(mtu, termLength) : new UdpSettings(mtu, termLength, window);
        } catch (final IllegalArgumentException ex) {
            throw new ParameterException(spec.commandLine(), "--mtu, --term-length, --window: " + ex.getMessage());
        }
    }
}
