package io.stentor.engine.cli;

import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.gateway.client.TopicClient;
import io.stentor.transport.gateway.client.TopicListener;
import io.stentor.transport.wire.TopicName;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows one topic and prints its messages. */
@Command(
        name = "sub",
        description = "Subscribe to a topic and print a line per message: its offset, a tab, the message.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        footer = {"", "Reconnects and recovers by itself until it is stopped."})
final class SubCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
    private String topic;

    @Mixin
    private ServerOptions server;

    @Option(
            names = "--since",
            paramLabel = "OFFSET",
            description = "Print what follows this offset first; 0 for everything.")
    private Long since;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "0",
            description = "Stop after so many messages; 0 for never.")
    private long count;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file whose first line is the connect token; else $STENTOR_TOKEN, else anonymous.")
    private Path tokenFile;

    @Override
    public Integer call() throws Exception {
        final String problem = TopicName.problem(topic);
        if (problem != null) {
            throw new ParameterException(spec.commandLine(), "TOPIC '" + topic + "': " + problem);
        }
        if ((since != null && since < 0) || count < 0) {
            throw new ParameterException(spec.commandLine(), "--since and --count are not below 0");
        }
        final String token = new ServerOptions.Secret("--token-file", tokenFile, "STENTOR_TOKEN", "").read();
        final StreamPosition position = since == null ? null : new StreamPosition("", since);
        final CompletableFuture<Integer> end = new CompletableFuture<>();
        final Printer printer =
                new Printer(spec.commandLine().getOut(), spec.commandLine().getErr(), count, end);
        final TopicClient client = TopicClient.launch(server.webSocket(), () -> token, topic, position, printer);
        try {
            return end.join();
        } finally {
            client.close();
        }
    }

    /** Prints what the client is told; its thread. */
    private static final class Printer implements TopicListener {

        private final PrintWriter out;
        private final PrintWriter err;
        private final CompletableFuture<Integer> end;
        private final long count;
        private long printed;

        Printer(final PrintWriter out, final PrintWriter err, final long count, final CompletableFuture<Integer> end) {
            this.out = out;
            this.err = err;
            this.count = count;
            this.end = end;
        }

        @Override
        public void onMessage(final StreamPosition position, final byte[] payload) {
            if (count > 0 && printed == count) {
                return;
            }
            out.println(position.offset() + "\t" + new String(payload, StandardCharsets.UTF_8));
            out.flush();
            if (++printed == count) {
                end.complete(CommandLine.ExitCode.OK);
            }
        }

        @Override
        public void onSubscribed(final StreamPosition position) {
            err.println("subscribed, live after offset " + position.offset());
        }

        @Override
        public void onGap(final StreamPosition last, final StreamPosition next) {
            err.println("gap: nothing is known of what followed offset " + last.offset() + "; going on after offset "
                    + next.offset());
        }

        @Override
        public void onDisconnected(final int code, final String reason) {
            err.println("disconnected" + (code == 0 ? "" : " with " + code) + ": " + reason + "; trying again");
        }

        @Override
        public void onEnded(final int code, final String reason) {
            err.println("stentor: the server ended it with " + code + ": " + reason);
            end.complete(CommandLine.ExitCode.SOFTWARE);
        }
    }
}
