package io.stentor.transport.gateway.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import io.stentor.transport.gateway.TestTokens;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.agrona.concurrent.CachedEpochClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenVerifierTest {

    private static final byte[] OTHER_KEY = "another key another key another k".getBytes(StandardCharsets.US_ASCII);

    private final CachedEpochClock clock = new CachedEpochClock();
    private final TokenVerifier verifier = new TokenVerifier(List.of(OTHER_KEY, TestTokens.KEY), null, null, clock, 2);

    @BeforeEach
    void setTime() {
        clock.update(1_000_000);
    }

    @Test
    void shouldReadClaimsWhenSignatureHolds() throws Exception {
        final VerifiedToken token = verifier.verify(sign(
                "{\"sub\":\"alice\",\"dev\":\"phone\",\"info\":{\"name\": \"A\"},\"channel\":\"$c\",\"exp\":2000}"));

        assertEquals("alice", token.user());
        assertEquals("phone", token.device());
        assertEquals("{\"name\": \"A\"}", new String(token.info(), StandardCharsets.UTF_8));
        assertEquals("$c", token.topic());
        assertEquals(2000, token.expiresAtSeconds());
    }

    @Test
    void shouldLeaveOptionalClaimsEmpty() throws Exception {
        final VerifiedToken token = verifier.verify(TestTokens.connect("alice", 2000));

        assertEquals("", token.device());
        assertNull(token.info());
        assertEquals("", token.topic());
    }

    @Test
    void shouldSayExpiredWhenTimeIsOver() throws Exception {
        final String token = TestTokens.connect("alice", 1001);
        verifier.verify(token);
        clock.update(1_001_000);

        assertTrue(
                assertThrows(TokenRefused.class, () -> verifier.verify(token)).isExpired());
        assertTrue(
                assertThrows(TokenRefused.class, () -> verifier.verify(token)).isExpired());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"sub":"a"} | the token has no exp
            {"exp":2000} | the token has no sub
            {"sub":"","exp":2000} | the token has no sub
            {"sub":5,"exp":2000} | the token's claims are malformed: field 'sub' must be a string
            {"sub":"a","exp":"soon"} | the token's claims are malformed: field 'exp' must be a whole number
            [1] | the token's claims are malformed: not a JSON object
            """)
    void shouldRefuseClaims(final String claims, final String reason) {
        final TokenRefused refused = assertThrows(TokenRefused.class, () -> verifier.verify(sign(claims)));

        assertEquals(reason, refused.getMessage());
        assertFalse(refused.isExpired());
    }

    @Test
    void shouldRefuseForgedSignature() {
        final String token = TestTokens.sign(
                "not the key, not the key, not the".getBytes(StandardCharsets.US_ASCII),
                JWSAlgorithm.HS256,
                "{\"sub\":\"a\",\"exp\":2000}");

        assertEquals(
                "the token's signature is wrong",
                assertThrows(TokenRefused.class, () -> verifier.verify(token)).getMessage());
    }

    @Test
    void shouldRefuseClaimsOfAnotherToken() {
        final String[] honest = TestTokens.connect("alice", 2000).split("\\.", -1);
        final String[] other = TestTokens.connect("mallory", 2000).split("\\.", -1);

        assertThrows(TokenRefused.class, () -> verifier.verify(honest[0] + "." + other[1] + "." + honest[2]));
    }

    @Test
    void shouldRefuseTokenWithoutSignature() {
        final String token = base64("{\"alg\":\"none\"}") + "." + base64("{\"sub\":\"a\",\"exp\":2000}") + ".";

        assertEquals(
                "not a signed token",
                assertThrows(TokenRefused.class, () -> verifier.verify(token)).getMessage());
    }

    @Test
    void shouldRefuseOtherAlgorithmOfSameKey() {
        final byte[] longKey = "0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII);
        final TokenVerifier strict = new TokenVerifier(List.of(longKey), null, null, clock, 2);
        final String token = TestTokens.sign(longKey, JWSAlgorithm.HS512, "{\"sub\":\"a\",\"exp\":2000}");

        assertEquals(
                "the token is not signed with HS256",
                assertThrows(TokenRefused.class, () -> strict.verify(token)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b.c", "{}", "e30.e30.e30", "\u0000"})
    void shouldRefuseNonsense(final String token) {
        assertThrows(TokenRefused.class, () -> verifier.verify(token));
    }

    @Test
    void shouldRefuseLongToken() {
        assertThrows(TokenRefused.class, () -> verifier.verify("a".repeat(TokenVerifier.TOKEN_LENGTH_MAX + 1)));
    }

    @Test
    void shouldRequireIssuerAndAudienceWhenConfigured() throws Exception {
        final TokenVerifier strict = new TokenVerifier(List.of(TestTokens.KEY), "me", "chat", clock, 2);

        strict.verify(sign("{\"sub\":\"a\",\"exp\":2000,\"iss\":\"me\",\"aud\":[\"mail\",\"chat\"]}"));
        strict.verify(sign("{\"sub\":\"a\",\"exp\":2000,\"iss\":\"me\",\"aud\":\"chat\"}"));
        assertThrows(
                TokenRefused.class,
                () -> strict.verify(sign("{\"sub\":\"a\",\"exp\":2000,\"iss\":\"you\",\"aud\":\"chat\"}")));
        assertThrows(TokenRefused.class, () -> strict.verify(sign("{\"sub\":\"a\",\"exp\":2000,\"iss\":\"me\"}")));
    }

    @Test
    void shouldVerifyMoreTokensThanItRemembers() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertEquals(
                    "u" + i, verifier.verify(TestTokens.connect("u" + i, 2000)).user());
        }
    }

    @Test
    void shouldRefuseShortKey() {
        final IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new TokenVerifier(List.of(new byte[31]), null, null, clock, 2));

        assertEquals("a token key has at least 32 bytes, not 31", refused.getMessage());
    }

    private static String sign(final String claims) {
        return TestTokens.sign(TestTokens.KEY, JWSAlgorithm.HS256, claims);
    }

    private static String base64(final String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
