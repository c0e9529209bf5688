package io.stentor.perf.load;

/**
 * When messages are meant to be sent, whatever becomes of them. Asked for each message once, in order, by the generator's
 * thread.
 */
interface Arrivals {

    /**
     * Time from the load's beginning to a message's intended time, in nanoseconds; never less than the one before it.
     *
     * @param number of the message, from 0.
     */
    long offsetNs(long number);

    /** How many messages come first that do not count. */
    long warmupCount();

    /** How many messages there are, the warm-up's included. */
    long count();

    /** Time from the load's beginning to its end, in nanoseconds. */
    long durationNs();

    /** Time from the first message that counts to the end. */
    long measuredNs();

    /** Messages a second, on average, of those that count. */
    default double ratePerSecond() {
        return (count() - warmupCount()) * 1e9 / measuredNs();
    }

    /** What a result calls it. */
    String name();
}
