package io.stentor.transport.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.DirectBuffer;

/**
 * The secret that an engine and its shards share, and the proofs that each gives the other of knowing it: HMAC with SHA-256,
 * 32 bytes. One thread.
 *
 * <pre>
 *   Attach     shard  -> engine   of the message itself, from its header to what stands before the proof
 *   Challenge  engine -> shard    of "challenge", attachNonce, engineNonce, shardId
 *   Prove      shard  -> engine   of "prove", attachNonce, engineNonce, shardId
 * </pre>
 *
 * <p>The first keeps strangers from having streams opened; it may be a repeat of one that was overheard. The others hold for
 * one attachment only, since each side has chosen a random number in it. Numbers are little endian. Nothing is encrypted, and
 * what follows the dialogue is not signed: the network between engine and shards is a private one.
 */
public final class SharedSecret {

    /** Length of a proof in bytes. */
    public static final int PROOF_LENGTH = 32;

    /** The shortest secret, in bytes: as long as the hash (RFC 2104, section 3). */
    public static final int LENGTH_MIN = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] CHALLENGE = "challenge".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROVE = "prove".getBytes(StandardCharsets.US_ASCII);

    private final Mac mac;

    /**
     * A secret.
     *
     * @param secret at least {@link #LENGTH_MIN} bytes; copied.
     * @throws IllegalArgumentException when it is shorter.
     */
    public SharedSecret(final byte[] secret) {
        if (secret.length < LENGTH_MIN) {
            throw new IllegalArgumentException("a secret has at least " + LENGTH_MIN + " bytes, not " + secret.length);
        }
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (final GeneralSecurityException ex) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM, ex);
        }
    }

    /** The proof of an encoded Attach: of the {@code length} bytes from its header to what stands before the proof. */
    public byte[] ofAttach(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] message = new byte[length];
        buffer.getBytes(offset, message);
        return mac.doFinal(message);
    }

    /** The engine's proof. */
    public byte[] ofChallenge(final long attachNonce, final long engineNonce, final int shardId) {
        return of(CHALLENGE, attachNonce, engineNonce, shardId);
    }

    /** The shard's proof. */
    public byte[] ofProve(final long attachNonce, final long engineNonce, final int shardId) {
        return of(PROVE, attachNonce, engineNonce, shardId);
    }

    /** Compares in a time that does not tell where two proofs differ. */
    public static boolean same(final byte[] expected, final byte[] given) {
        return MessageDigest.isEqual(expected, given);
    }

    private byte[] of(final byte[] what, final long attachNonce, final long engineNonce, final int shardId) {
        mac.update(what);
        update(attachNonce);
        update(engineNonce);
        update(shardId);
        return mac.doFinal();
    }

    private void update(final long number) {
        mac.update(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .flip());
    }
}
