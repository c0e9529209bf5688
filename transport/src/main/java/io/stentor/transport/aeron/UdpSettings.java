package io.stentor.transport.aeron;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import org.agrona.BitUtil;

/**
 * How streams travel over a network.
 *
 * @param mtuLength the longest datagram, in bytes: {@value #MTU_LENGTH_MIN} to {@value #MTU_LENGTH_MAX}, a multiple of 32.
 *     {@value #MTU_LENGTH} fit a network of jumbo frames, and on any other are taken apart by IP; 1408 fit every Ethernet,
 *     1344 a WireGuard tunnel.
 * @param termLength a third of what a stream maps of shared memory, in bytes: a power of two, {@value #TERM_LENGTH_MIN} to
 *     {@value #TERM_LENGTH_MAX}.
 * @param windowLength what may be under way to one reader, in bytes; at most half a term and what its socket's buffer holds. A
 *     writer that has filled it waits for the reader's word.
 */
public record UdpSettings(int mtuLength, int termLength, int windowLength) {

    /** The least {@link #mtuLength}: Aeron's own header and a short message. */
    public static final int MTU_LENGTH_MIN = 512;

    /** The greatest {@link #mtuLength}: what one datagram of UDP holds, rounded down. */
    public static final int MTU_LENGTH_MAX = 65_504;

    /** The default of {@link #mtuLength}: 256-byte messages were carried 3.8 times as fast on loopback as with 1408. */
    public static final int MTU_LENGTH = 8192;

    /** The least {@link #termLength}: a fragment of the longest message has to fit an eighth of it. */
    public static final int TERM_LENGTH_MIN = 1024 * 1024;

    /** The greatest {@link #termLength}. */
    public static final int TERM_LENGTH_MAX = 1024 * 1024 * 1024;

    /** The default of {@link #termLength}. */
    public static final int TERM_LENGTH = 4 * 1024 * 1024;

    private static final int MTU_ALIGNMENT = 32;

    /**
     * Settings.
     *
     * @throws IllegalArgumentException naming the setting, its value and its limits.
     */
    public UdpSettings {
        if (mtuLength < MTU_LENGTH_MIN || mtuLength > MTU_LENGTH_MAX || mtuLength % MTU_ALIGNMENT != 0) {
            throw new IllegalArgumentException("an MTU has " + MTU_LENGTH_MIN + " to " + MTU_LENGTH_MAX
                    + " bytes, a multiple of " + MTU_ALIGNMENT + ", not " + mtuLength);
        }
        if (termLength < TERM_LENGTH_MIN || termLength > TERM_LENGTH_MAX || !BitUtil.isPowerOfTwo(termLength)) {
            throw new IllegalArgumentException("a term has " + TERM_LENGTH_MIN + " to " + TERM_LENGTH_MAX
                    + " bytes, a power of two, not " + termLength);
        }
        if (windowLength < 2 * mtuLength || windowLength > termLength / 2) {
            throw new IllegalArgumentException("a window has at least two MTUs and at most half a term, "
                    + 2 * mtuLength + " to " + termLength / 2 + " bytes, not " + windowLength);
        }
    }

    /** The defaults, with the greatest window that this machine's sockets hold. */
    public static UdpSettings fitting() {
        return fitting(MTU_LENGTH, TERM_LENGTH);
    }

    /**
     * Settings with the greatest window that this machine's sockets hold.
     *
     * @throws IllegalArgumentException naming the setting, its value and its limits.
     */
    public static UdpSettings fitting(final int mtuLength, final int termLength) {
        final int half = new UdpSettings(mtuLength, termLength, 2 * mtuLength).termLength / 2;
        return new UdpSettings(mtuLength, termLength, Math.max(2 * mtuLength, Math.min(half, grantedOf(half))));
    }

    /**
     * Checks that this machine's sockets hold a window.
     *
     * @throws IllegalStateException saying what to change.
     */
    public void requireSocketBuffers() {
        final int granted = grantedOf(windowLength);
        if (granted < windowLength) {
            throw new IllegalStateException("a window of " + windowLength + " bytes does not fit a socket's buffer of "
                    + granted + ": make the window smaller, or raise net.core.rmem_max");
        }
    }

    /** What the system gives a socket that asks for so many bytes. */
    private static int grantedOf(final int length) {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.setOption(StandardSocketOptions.SO_RCVBUF, length);
            return probe.getOption(StandardSocketOptions.SO_RCVBUF);
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot open a socket for datagrams", ex);
        }
    }
}
