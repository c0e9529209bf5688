package io.stentor.fanout.shard;

/**
 * How far presence goes, so that a storm of reconnects to a large topic costs no more than the reconnects.
 *
 * @param toldMax joins and leaves are told while the topic has at most so many subscribers here; 0 for never.
 * @param tellsPerSecondMax the most joins and leaves of one topic that are told within a second, to everyone who asked.
 * @param membersMax a topic with more subscribers is counted, not listed; at most 10,000.
 */
public record PresenceLimits(int toldMax, int tellsPerSecondMax, int membersMax) {

    /**
     * 100 subscribers, as many as people keep in sight; 20 tells a second, so that such a topic costs 2,000 pushes a second at
     * most; 1,000 members, an answer of some 100 KiB.
     */
    public static final PresenceLimits DEFAULT = new PresenceLimits(100, 20, 1_000);

    /** Limits; what makes no sense is refused with its name, value and bounds. */
    public PresenceLimits {
        require("toldMax", toldMax, 0, 100_000);
        require("tellsPerSecondMax", tellsPerSecondMax, 1, 1_000_000);
        require("membersMax", membersMax, 1, 10_000);
    }

    private static void require(final String key, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " is " + min + " to " + max + ", not " + value);
        }
    }
}
