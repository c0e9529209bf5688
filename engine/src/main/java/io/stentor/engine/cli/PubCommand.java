package io.stentor.engine.cli;

import io.stentor.transport.gateway.client.ApiClient;
import io.stentor.transport.gateway.client.RefusedException;
import io.stentor.transport.wire.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes one message. */
@Command(
        name = "pub",
        description = "Publish a message and print its offset.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class PubCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
    private String topic;

    @Parameters(
            index = "1",
            paramLabel = "DATA",
            description = "The message; what is not JSON is sent as a JSON string.")
    private String data;

    @Mixin
    private ServerOptions server;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "A file whose first line is the API key; else $STENTOR_API_KEY, else the key 'dev'.")
    private Path apiKeyFile;

    @Option(
            names = "--id",
            paramLabel = "ID",
            defaultValue = "",
            description = "An idempotency key: a repeat gets the first one's result.")
    private String id;

    @Override
    public Integer call() throws InterruptedException {
        final String problem = TopicName.problem(topic);
        if (problem != null) {
            throw new ParameterException(spec.commandLine(), "TOPIC '" + topic + "': " + problem);
        }
        final String key = new ServerOptions.Secret(
                        "--api-key-file", apiKeyFile, "STENTOR_API_KEY", ServerOptions.DEV_API_KEY)
                .read();
        try {
            final ApiClient.Published published = new ApiClient(server.url, key).publishText(topic, data, id);
            spec.commandLine()
                    .getOut()
                    .println("offset " + published.offset() + " epoch " + published.epoch() + " " + published.level()
                            + (published.repeated() ? " repeated" : ""));
            return CommandLine.ExitCode.OK;
        } catch (final RefusedException ex) {
            throw new IllegalStateException("the server refused with " + ex.code() + ": " + ex.getMessage(), ex);
        } catch (final IOException ex) {
            throw new IllegalStateException(
                    "no answer from " + server.url + ": "
                            + (ex.getMessage() == null ? "nobody listens" : ex.getMessage())
                            + "; whether the message was published is not known",
                    ex);
        }
    }
}
