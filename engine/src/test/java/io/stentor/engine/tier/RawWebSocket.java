package io.stentor.engine.tier;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A WebSocket whose frames a test writes byte by byte (RFC 6455, section 5.2). One thread. */
final class RawWebSocket implements AutoCloseable {

    /** The last fragment of a text. */
    static final int FINAL_TEXT = 0x81;

    private static final int CLOSE = 0x88;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    /** Two bytes, a length of eight and a mask of four. */
    private static final int HEAD_MAX = 14;

    private static final int READ_LIMIT_MS = (int) Duration.ofSeconds(20).toMillis();

    private final Socket socket;
    private final DataInputStream in;

    private RawWebSocket(final Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    static RawWebSocket open(final Tier tier) {
        try {
            final Socket socket = new Socket(tier.host(), tier.port());
            socket.setSoTimeout(READ_LIMIT_MS);
            final RawWebSocket opened = new RawWebSocket(socket);
            opened.write(("GET /connection/websocket HTTP/1.1\r\nHost: " + tier.address()
                            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            opened.readHandshake();
            return opened;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Writes a frame with a mask of zeros. */
    void frame(final int head, final byte[] payload) {
        write(masked(head, payload));
    }

    /** A frame with a mask of zeros, its length in as few bytes as the protocol demands. */
    static byte[] masked(final int head, final byte[] payload) {
        final ByteBuffer frame = ByteBuffer.allocate(HEAD_MAX + payload.length);
        frame.put((byte) head);
        if (payload.length < LENGTH_16) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length <= 0xFFFF) {
            frame.put((byte) (MASKED | LENGTH_16)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | LENGTH_64)).putLong(payload.length);
        }
        frame.putInt(0).put(payload).flip();
        final byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    void text(final String text) {
        frame(FINAL_TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    void write(final byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (final IOException ex) {
            // The server may have closed already: what it said before is what counts.
        }
    }

    /** Reads on until the server's close frame; its code, or 0 when the socket ended without one. */
    int readCloseCode() {
        try {
            while (true) {
                final int head = in.readUnsignedByte();
                int length = in.readUnsignedByte();
                if (length == LENGTH_16) {
                    length = in.readUnsignedShort();
                } else if (length == LENGTH_64) {
                    length = (int) in.readLong();
                }
                final byte[] payload = new byte[length];
                in.readFully(payload);
                if (head == CLOSE) {
                    return ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
                }
            }
        } catch (final SocketTimeoutException ex) {
            throw new AssertionError("the server did not close the socket", ex);
        } catch (final IOException ex) {
            return 0;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private void readHandshake() throws IOException {
        final StringBuilder head = new StringBuilder();
        final InputStream from = in;
        while (head.indexOf("\r\n\r\n") < 0) {
            final int next = from.read();
            if (next < 0) {
                throw new AssertionError("the socket ended within the handshake: " + head);
            }
            head.append((char) next);
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("no WebSocket: " + head);
        }
    }
}
