package io.stentor.transport.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import io.stentor.transport.gateway.codec.JsonFault;
import io.stentor.transport.gateway.codec.JsonObject;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.concurrent.EpochClock;

/**
 * Verifies JSON Web Tokens (RFC 7519) signed with HS256. The key decides the algorithm, never the token; {@code exp} and
 * {@code sub} are required. Any thread may use it.
 *
 * <p>A token that held is remembered by its digest until it expires, so that a storm of reconnects costs a look-up each and no
 * signature.
 */
public final class TokenVerifier {

    /** The fewest bytes of a key: HS256 needs as many as its hash has (RFC 7518, section 3.2). */
    public static final int KEY_LENGTH_MIN = 32;

    /** The most characters of a token: the usual limit of an HTTP header, so that a token fits everywhere. */
    public static final int TOKEN_LENGTH_MAX = 8 * 1024;

    /** The most bytes of a user and of a device: their length is one byte on the wire. */
    private static final int NAME_LENGTH_MAX = 255;

    /** The most bytes of the claim {@code info}: it is repeated in every answer about presence. */
    private static final int INFO_LENGTH_MAX = 4 * 1024;

    private final List<JWSVerifier> keys = new ArrayList<>();
    private final String issuer;
    private final String audience;
    private final EpochClock clock;
    private final int cacheMax;
    private final Map<TokenDigest, VerifiedToken> held = new ConcurrentHashMap<>();

    /** Written and read by the threads that verify: a full cache is searched for expired tokens once a second at most. */
    private volatile long purgedAtSeconds;

    /**
     * A verifier.
     *
     * @param keys the secrets, any of which may have signed; empty refuses every token.
     * @param issuer what claim {@code iss} must be; null for anything.
     * @param audience what claim {@code aud} must contain; null for anything.
     * @param clock the wall clock.
     * @param cacheMax how many tokens are remembered at most.
     * @throws IllegalArgumentException when a key is too short.
     */
    public TokenVerifier(
            final List<byte[]> keys,
            final String issuer,
            final String audience,
            final EpochClock clock,
            final int cacheMax) {
        for (final byte[] key : keys) {
            try {
                this.keys.add(new MACVerifier(key));
            } catch (final JOSEException ex) {
                throw new IllegalArgumentException(
                        "a token key has at least " + KEY_LENGTH_MIN + " bytes, not " + key.length, ex);
            }
        }
        this.issuer = issuer;
        this.audience = audience;
        this.clock = clock;
        this.cacheMax = cacheMax;
    }

    /** The wall clock in seconds since 1970. */
    public long nowSeconds() {
        return clock.time() / 1000;
    }

    /**
     * Verifies a token.
     *
     * @param token as the client sent it.
     * @return what it says.
     * @throws TokenRefused when it does not hold.
     */
    public VerifiedToken verify(final String token) throws TokenRefused {
        if (token.length() > TOKEN_LENGTH_MAX) {
            throw TokenRefused.invalid("the token has more than " + TOKEN_LENGTH_MAX + " characters");
        }
        final TokenDigest digest = TokenDigest.of(token);
        VerifiedToken verified = held.get(digest);
        if (verified == null) {
            verified = read(payload(token));
            remember(digest, verified);
        }
        if (verified.expiresAtSeconds() <= nowSeconds()) {
            held.remove(digest);
            throw TokenRefused.expired();
        }
        return verified;
    }

    private byte[] payload(final String token) throws TokenRefused {
        try {
            final JWSObject jws = JWSObject.parse(token);
            if (!JWSAlgorithm.HS256.equals(jws.getHeader().getAlgorithm())) {
                throw TokenRefused.invalid("the token is not signed with HS256");
            }
            for (final JWSVerifier key : keys) {
                if (jws.verify(key)) {
                    return jws.getPayload().toBytes();
                }
            }
            throw TokenRefused.invalid("the token's signature is wrong");
        } catch (final ParseException | JOSEException | IllegalArgumentException ex) {
            throw TokenRefused.invalid("not a signed token");
        }
    }

    private VerifiedToken read(final byte[] payload) throws TokenRefused {
        try {
            final JsonObject claims = JsonObject.parse(payload);
            final String user = claims.text("sub", "");
            final String device = claims.text("dev", "");
            final byte[] info = claims.raw("info");
            if (user.isEmpty()) {
                throw TokenRefused.invalid("the token has no sub");
            }
            if (!claims.has("exp")) {
                throw TokenRefused.invalid("the token has no exp");
            }
            if (isTooLong(user) || isTooLong(device)) {
                throw TokenRefused.invalid("sub or dev has more than " + NAME_LENGTH_MAX + " bytes");
            }
            if (info != null && info.length > INFO_LENGTH_MAX) {
                throw TokenRefused.invalid("info has more than " + INFO_LENGTH_MAX + " bytes");
            }
            if (issuer != null && !issuer.equals(claims.text("iss", ""))) {
                throw TokenRefused.invalid("the token has another iss");
            }
            if (audience != null && !claims.texts("aud").contains(audience)) {
                throw TokenRefused.invalid("the token has another aud");
            }
            return new VerifiedToken(user, device, info, claims.text("channel", ""), claims.integer("exp", 0));
        } catch (final JsonFault ex) {
            throw TokenRefused.invalid("the token's claims are malformed: " + ex.getMessage());
        }
    }

    private void remember(final TokenDigest digest, final VerifiedToken verified) {
        final long now = nowSeconds();
        if (held.size() >= cacheMax && now != purgedAtSeconds) {
            purgedAtSeconds = now;
            held.values().removeIf(other -> other.expiresAtSeconds() <= now);
        }
        if (held.size() < cacheMax) {
            held.put(digest, verified);
        }
    }

    private static boolean isTooLong(final String name) {
        return name.getBytes(StandardCharsets.UTF_8).length > NAME_LENGTH_MAX;
    }
}
