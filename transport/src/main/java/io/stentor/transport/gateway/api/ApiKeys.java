package io.stentor.transport.gateway.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys of the HTTP API. */
final class ApiKeys {

    /** The scheme of the Authorization header that carries a key. */
    private static final String SCHEME = "apikey ";

    private final Map<String, byte[]> keys = new LinkedHashMap<>();

    ApiKeys(final Map<String, String> keyByName) {
        keyByName.forEach((name, key) -> keys.put(name, key.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Whose key a request carries. The time that it takes tells nothing about the keys: every key is compared, each over
     * its whole length.
     *
     * @param header the header X-API-Key; null for none.
     * @param authorization the header Authorization; null for none.
     * @return the tenant's name; null when the key is nobody's.
     */
    String tenant(final String header, final String authorization) {
        String given = header;
        if (given == null
                && authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            given = authorization.substring(SCHEME.length()).trim();
        }
        if (given == null) {
            return null;
        }
        final byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
        String tenant = null;
        for (final Map.Entry<String, byte[]> key : keys.entrySet()) {
            if (MessageDigest.isEqual(key.getValue(), bytes)) {
                tenant = key.getKey();
            }
        }
        return tenant;
    }
}
