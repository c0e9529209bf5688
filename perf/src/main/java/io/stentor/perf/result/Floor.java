package io.stentor.perf.result;

/**
 * What one part alone reaches on this machine in this run: the physical limit that a figure is a ratio to.
 *
 * @param name {@code append} (bare Chronicle Queue), {@code ipc} and {@code udp} (bare Aeron), {@code netty} (bare WebSocket
 *     echo) or {@code rig} (the rig on a path that does nothing).
 * @param messagesPerSecond of the run's payload: the median of its repeats.
 * @param lowest of the repeats.
 * @param highest of the repeats.
 * @param repeats how often it was measured.
 */
public record Floor(String name, double messagesPerSecond, double lowest, double highest, int repeats) {

    /** Bare Chronicle Queue. */
    public static final String APPEND = "append";

    /** Bare Aeron over shared memory. */
    public static final String IPC = "ipc";

    /** Bare Aeron over loopback. */
    public static final String UDP = "udp";

    /** Bare WebSocket echo. */
    public static final String NETTY = "netty";

    /** The rig on a path that does nothing. */
    public static final String RIG = "rig";
}
