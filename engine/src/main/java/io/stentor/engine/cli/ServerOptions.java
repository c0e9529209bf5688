package io.stentor.engine.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where the server is that a client command talks to. */
final class ServerOptions {

    static final String DEFAULT_URL = "http://127.0.0.1:8000";

    /** The key of a server with {@code --dev}. */
    static final String DEV_API_KEY = "dev";

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = DEFAULT_URL,
            converter = HttpUrl.class,
            description = "Where the server is.")
    URI url;

    /** The server's WebSocket for clients. */
    URI webSocket() {
        return URI.create(url.toString().replaceFirst("^http", "ws").replaceFirst("/$", "") + "/connection/websocket");
    }

    /** Where a secret comes from that must not stand on a command line. */
    record Secret(String option, Path file, String variable, String otherwise) {

        String read() {
            if (file != null) {
                return KeyFile.firstLine(option, file);
            }
            final String value = System.getenv(variable);
            return value == null ? otherwise : value;
        }
    }

    /** Reads http://HOST:PORT and https://HOST:PORT. */
    static final class HttpUrl implements ITypeConverter<URI> {

        @Override
        public URI convert(final String text) {
            try {
                final URI url = new URI(text);
                if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                    return url;
                }
            } catch (final URISyntaxException ex) {
                // Falls through to the one message for a bad address.
            }
            throw new TypeConversionException("'" + text + "' is no address such as " + DEFAULT_URL);
        }
    }
}
