package io.stentor.engine.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key files of a tier that is not for developers only, and tokens signed with them.
 *
 * @param apiKeyFile the file for {@code --api-key-file}.
 * @param tokenKeyFile the file for {@code --token-key-file}.
 * @param secretFile the file for {@code --secret-file}, which an engine and its shards share.
 */
record Keys(Path apiKeyFile, Path tokenKeyFile, Path secretFile, String apiKey, String tokenKey) {

    /** 2100-01-01: in no test's past. */
    static final long FAR_FUTURE_S = 4_102_444_800L;

    static Keys write(final Path directory) {
        final Keys keys = new Keys(
                directory.resolve("api.key"),
                directory.resolve("token.key"),
                directory.resolve("shards.secret"),
                "the-backends-own-key-0123456789",
                "a-secret-of-more-than-thirty-two-bytes");
        try {
            Files.writeString(keys.apiKeyFile, keys.apiKey + "\n");
            Files.writeString(keys.tokenKeyFile, keys.tokenKey + "\n");
            Files.writeString(keys.secretFile, "what-an-engine-and-its-shards-share-0123456789\n");
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return keys;
    }

    /** A connect token of a user. */
    String token(final String user) {
        return sign(Map.of("sub", user, "exp", FAR_FUTURE_S), tokenKey);
    }

    /** A token of any claims, signed with HS256 (RFC 7515, appendix A.1). */
    static String sign(final Map<String, ?> claims, final String key) {
        final String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(JsonValue.write(claims).getBytes(StandardCharsets.UTF_8));
        try {
            final Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (final GeneralSecurityException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** The settings of a Node client that signs its own token. */
    Map<String, ?> nodeSettings(final Tier tier, final String format, final String user) {
        return Map.of(
                "url",
                tier.webSocket().toString(),
                "format",
                format,
                "key",
                tokenKey,
                "claims",
                Map.of("sub", user, "exp", FAR_FUTURE_S));
    }

    private static String base64(final byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
