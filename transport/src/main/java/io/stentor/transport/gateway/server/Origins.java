package io.stentor.transport.gateway.server;

import java.net.URI;
import java.util.Set;

/**
 * Which browsers' pages may talk to this process. A request without an Origin is not a page's; one with an Origin needs
 * its site on the list, else any page could use what its visitor may do here.
 */
record Origins(Set<String> allowed, boolean loopback) {

    /** Whether a request may pass. */
    boolean allow(final String origin) {
        return origin == null || allowed.contains(origin) || (loopback && isLoopback(origin));
    }

    private static boolean isLoopback(final String origin) {
        try {
            final String host = URI.create(origin).getHost();
            return host != null
                    && (host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}"));
        } catch (final IllegalArgumentException ex) {
            return false;
        }
    }
}
