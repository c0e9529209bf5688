package io.stentor.perf.load;

/**
 * What a generator did.
 *
 * @param sent messages that the path took, the warm-up's included.
 * @param measured messages of them that count.
 * @param deliveriesMeasured deliveries that those call for: each times the subscribers of its topic.
 * @param measuredNs time that they took, from the first one's intended time to the last one's acceptance.
 * @param behindNs time until the last one's acceptance in which the generator was behind without a break.
 * @param stalledNs time in which the generator itself was late, and not the path.
 * @param stallMaxNs the longest stretch of it.
 * @param refusals how often the path had no room.
 * @param problem why the path took nothing more, or null.
 */
record Sends(
        long sent,
        long measured,
        long deliveriesMeasured,
        long measuredNs,
        long behindNs,
        long stalledNs,
        long stallMaxNs,
        long refusals,
        String problem) {}
