package io.stentor.perf.plan.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * A profile scaled down to what one machine runs: topics with their subscribers, and {@linkplain #messages() messages} for
 * them. Everything follows from the profile, the scale and the seed. Immutable: any thread.
 *
 * <p>The number of sessions is the profile's times the share of its sends that the rate is, and each is in as many topics as
 * the profile says, as far as the scale's limits let it. A topic has as many subscribers as sessions of the profile receive
 * its messages, but never more than there are; {@link #deliveriesPerSend()} says what became of it.
 */
public final class ProfileLoad {

    /**
     * How large a load may be.
     *
     * @param ratePerSecond messages a second, of all rows; 1 to 10,000,000.
     * @param subscribersMax sessions, at most; 1 to 1,000,000.
     * @param topicsMax topics, at most; the profile's strata to 4,000,000.
     * @param payloadLengthMin bytes below which no payload is, because a run stamps it; 0 to 65,536.
     */
    public record Scale(double ratePerSecond, int subscribersMax, int topicsMax, int payloadLengthMin) {
        private static final double RATE_MAX = 1e7;
        private static final int SUBSCRIBERS_MAX = 1_000_000;
        private static final int TOPICS_MAX = 4_000_000;

        /**
         * Checks the limits.
         *
         * @throws IllegalArgumentException naming what is beyond its limit.
         */
        public Scale {
            if (!(ratePerSecond >= 1 && ratePerSecond <= RATE_MAX)) {
                throw new IllegalArgumentException(
                        "ratePerSecond=" + ratePerSecond + " msg/s is not within 1.." + (long) RATE_MAX);
            }
            requireWithin("subscribersMax", subscribersMax, 1, SUBSCRIBERS_MAX);
            requireWithin("topicsMax", topicsMax, 1, TOPICS_MAX);
            requireWithin("payloadLengthMin", payloadLengthMin, 0, 65_536);
        }

        private static void requireWithin(final String name, final int value, final int least, final int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + "=" + value + " is not within " + least + ".." + most);
            }
        }
    }

    /** So that numbers of topics and of messages are not the same. */
    private static final long TOPIC_SALT = 0x746F706963L;

    private final Profile profile;
    private final Scale scale;
    private final long seed;
    private final List<Stratum> strata;
    /** First topic of each stratum, and at its end how many there are. */
    private final int[] firstTopic;

    private final int[] subscriberCounts;
    private final int subscribers;
    private final double deliveriesPerSend;

    private ProfileLoad(final Profile profile, final Scale scale, final long seed) {
        this.profile = profile;
        this.scale = scale;
        this.seed = seed;
        strata =
                profile.strata().stream().filter(stratum -> stratum.share() > 0).toList();
        if (strata.size() > scale.topicsMax()) {
            throw new IllegalArgumentException("topicsMax=" + scale.topicsMax() + " is less than the " + strata.size()
                    + " kinds of topics of " + profile.name());
        }
        subscribers = (int) Math.max(1, Math.min(scale.subscribersMax(), Math.round(profile.connections() * share())));
        firstTopic = spreadTopics();
        subscriberCounts = countSubscribers();
        deliveriesPerSend = countDeliveries();
    }

    /**
     * Scales a profile down.
     *
     * @param profile whose load it is.
     * @param scale how large it may be.
     * @param seed another one gives other messages in the same proportions.
     * @throws IllegalArgumentException if there are fewer topics than kinds of topics.
     */
    public static ProfileLoad of(final Profile profile, final Scale scale, final long seed) {
        return new ProfileLoad(profile, scale, seed);
    }

    /** The profile whose load it is. */
    public Profile profile() {
        return profile;
    }

    /** The rate as a share of the profile's mean. */
    public double share() {
        return scale.ratePerSecond() / profile.sendsPerSecond();
    }

    /** Number of topics. */
    public int topics() {
        return firstTopic[strata.size()];
    }

    /** Number of sessions. */
    public int subscribers() {
        return subscribers;
    }

    /** Sessions that a message reaches here, on average. */
    public double deliveriesPerSend() {
        return deliveriesPerSend;
    }

    /**
     * The row of the mix that a topic's messages are of: class, level, share.
     *
     * @param topic from 0 to below {@link #topics()}.
     */
    public MixRow row(final int topic) {
        return strata.get(stratum(topic)).row();
    }

    /** Sessions that subscribe to a topic; 0 for one whose users are all offline. */
    public int subscriberCount(final int topic) {
        return subscriberCounts[topic];
    }

    /**
     * A session that subscribes to a topic; those of one topic differ.
     *
     * @param topic from 0 to below {@link #topics()}.
     * @param member from 0 to below {@link #subscriberCount}.
     * @return from 0 to below {@link #subscribers()}.
     */
    public int subscriber(final int topic, final int member) {
        final long first = SplitMix.bits(seed ^ TOPIC_SALT, topic) >>> 1;
        return (int) ((first % subscribers + member) % subscribers);
    }

    /** A new reader of the messages; each thread takes its own, and all read the same. */
    public MessageMix messages() {
        return new MessageMix(strata, firstTopic, scale.payloadLengthMin(), seed);
    }

    /** All topics are equally busy, so that a kind's share of topics is its share of sends. */
    private int[] spreadTopics() {
        final double memberships = subscribers * profile.get(Figure.TOPICS_PER_USER);
        final double wanted = memberships / Math.max(profile.deliveriesPerSend(), 1e-9);
        final int most = scale.topicsMax() - strata.size();
        final double total = Math.min(most, wanted);
        final int[] first = new int[strata.size() + 1];
        for (int i = 0; i < strata.size(); i++) {
            first[i + 1] = first[i] + 1 + (int) Math.floor(total * strata.get(i).share());
        }
        return first;
    }

    private int[] countSubscribers() {
        final int[] counts = new int[topics()];
        for (int i = 0; i < strata.size(); i++) {
            final double wanted = strata.get(i).deliveries();
            final int topicsOfIt = firstTopic[i + 1] - firstTopic[i];
            for (int k = 0; k < topicsOfIt; k++) {
                // Spread evenly: of ten topics with 0.3 subscribers each, three have one.
                final double count = Math.rint((k + 1) * wanted) - Math.rint(k * wanted);
                counts[firstTopic[i] + k] = (int) Math.min(subscribers, count);
            }
        }
        return counts;
    }

    private double countDeliveries() {
        double deliveries = 0;
        for (int i = 0; i < strata.size(); i++) {
            long members = 0;
            for (int topic = firstTopic[i]; topic < firstTopic[i + 1]; topic++) {
                members += subscriberCounts[topic];
            }
            deliveries += strata.get(i).share() * members / (firstTopic[i + 1] - firstTopic[i]);
        }
        return deliveries;
    }

    private int stratum(final int topic) {
        if (topic < 0 || topic >= topics()) {
            throw new IllegalArgumentException("topic=" + topic + " is not within 0.." + (topics() - 1));
        }
        int i = 0;
        while (topic >= firstTopic[i + 1]) {
            i++;
        }
        return i;
    }

    /** Kinds of topics, in the order of their topics. */
    public List<Stratum> strata() {
        return new ArrayList<>(strata);
    }
}
