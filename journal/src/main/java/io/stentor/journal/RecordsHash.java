package io.stentor.journal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.agrona.DirectBuffer;

/** SHA-256 of records in their order, as the manifest keeps it for each sealed segment. One thread. */
final class RecordsHash {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final MessageDigest digest = sha256();
    private final byte[] chunk = new byte[CHUNK_BYTES];

    void reset() {
        digest.reset();
    }

    void add(DirectBuffer buffer, int offset, int length) {
        int done = 0;
        while (done < length) {
            int part = Math.min(CHUNK_BYTES, length - done);
            buffer.getBytes(offset + done, chunk, 0, part);
            digest.update(chunk, 0, part);
            done += part;
        }
    }

    /** The hash in hexadecimal digits; the next one begins. */
    String finish() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
