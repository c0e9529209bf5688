package io.stentor.perf.edge;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs connect tokens (RFC 7519, HS256) with a key made for one run. One thread. */
final class Tokens {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_LENGTH = 32;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

    private final String key;
    private final Mac mac;
    private final long expiresAtSeconds;

    /** Tokens that end at a moment, in seconds since 1970. */
    Tokens(final long expiresAtSeconds) throws GeneralSecurityException {
        this(newKey(), expiresAtSeconds);
    }

    /** Tokens that are signed with a key as {@link #key} gives it. */
    Tokens(final String key, final long expiresAtSeconds) throws GeneralSecurityException {
        this.key = key;
        this.mac = Mac.getInstance(ALGORITHM);
        this.mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
        this.expiresAtSeconds = expiresAtSeconds;
    }

    /** The key as a line of a key file. */
    String key() {
        return key;
    }

    /** When they end, in seconds since 1970. */
    long expiresAtSeconds() {
        return expiresAtSeconds;
    }

    /** A user's token. */
    String of(final String user) {
        final String signed =
                HEADER + "." + encode("{\"sub\":\"" + user + "\",\"dev\":\"phone\",\"exp\":" + expiresAtSeconds + "}");
        return signed + "." + BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    /** A key for one run, as text that fits a line. */
    static String newKey() {
        final byte[] secret = new byte[KEY_LENGTH];
        new SecureRandom().nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    private static String encode(final String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
