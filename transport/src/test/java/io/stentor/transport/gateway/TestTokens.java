package io.stentor.transport.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import java.nio.charset.StandardCharsets;

/** Makes tokens as an application's backend would. */
public final class TestTokens {

    /** The key that the gateways of the tests know. */
    public static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private TestTokens() {}

    /** A token with these claims. */
    public static String sign(final byte[] key, final JWSAlgorithm algorithm, final String claims) {
        try {
            final JWSObject token = new JWSObject(new JWSHeader(algorithm), new Payload(claims));
            token.sign(new MACSigner(key));
            return token.serialize();
        } catch (final JOSEException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** A token of a user that holds until a time. */
    public static String connect(final String user, final long expiresAtSeconds) {
        return sign(KEY, JWSAlgorithm.HS256, "{\"sub\":\"" + user + "\",\"exp\":" + expiresAtSeconds + "}");
    }

    /** A token that gives a user the right to a topic until a time. */
    public static String subscribe(final String user, final String topic, final long expiresAtSeconds) {
        return sign(
                KEY,
                JWSAlgorithm.HS256,
                "{\"sub\":\"" + user + "\",\"channel\":\"" + topic + "\",\"exp\":" + expiresAtSeconds + "}");
    }
}
