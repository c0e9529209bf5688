package io.stentor.engine.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An address to listen on.
 *
 * @param host a name or a numeric address; without the brackets of a numeric IPv6 address.
 * @param port 0 to 65535; 0 lets the system choose.
 */
record HostPort(String host, int port) {

    boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (final UnknownHostException ex) {
            return false;
        }
    }

    String url() {
        return "http://" + text();
    }

    /** HOST:PORT, with a numeric IPv6 address in brackets. */
    String text() {
        return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }

    /** Reads HOST:PORT, also [::1]:8000. */
    static final class Converter implements ITypeConverter<HostPort> {

        @Override
        public HostPort convert(final String text) {
            final int colon = text.lastIndexOf(':');
            if (colon <= 0) {
                throw new TypeConversionException("'" + text + "' is not HOST:PORT, such as 127.0.0.1:8000");
            }
            final int port = portOf(text, text.substring(colon + 1));
            String host = text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            try {
                InetAddress.getByName(host);
            } catch (final UnknownHostException ex) {
                throw new TypeConversionException("'" + host + "' in '" + text + "' is no address of a host");
            }
            return new HostPort(host, port);
        }

        private static int portOf(final String text, final String digits) {
            try {
                final int port = Integer.parseInt(digits);
                if (port >= 0 && port <= 65_535) {
                    return port;
                }
            } catch (final NumberFormatException ex) {
                // Falls through to the one message for a bad port.
            }
            throw new TypeConversionException("'" + digits + "' in '" + text + "' is no port: 0 to 65535");
        }
    }
}
