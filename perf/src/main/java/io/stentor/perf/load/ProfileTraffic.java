package io.stentor.perf.load;

import io.stentor.perf.plan.profile.MessageMix;
import io.stentor.perf.plan.profile.PayloadSize;
import io.stentor.perf.plan.profile.ProfileLoad;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import java.util.Arrays;

/** The messages of a profile that was scaled down: kinds, lengths, topics and who subscribes to them in its proportions. */
final class ProfileTraffic implements Traffic {
    private final ProfileLoad load;
    private final MessageMix messages;
    private final int[][] topicsOf;
    private final int payloadLengthMax;

    ProfileTraffic(final ProfileLoad load) {
        this.load = load;
        messages = load.messages();
        topicsOf = topicsOf(load);
        payloadLengthMax = load.strata().stream()
                .flatMap(stratum -> stratum.row().payloads().stream())
                .mapToInt(PayloadSize::length)
                .reduce(Payload.LENGTH_MIN, Math::max);
    }

    @Override
    public int topics() {
        return load.topics();
    }

    @Override
    public int subscribers() {
        return load.subscribers();
    }

    @Override
    public int payloadLengthMax() {
        return payloadLengthMax;
    }

    @Override
    public int[] topicsOf(final int subscriber) {
        return topicsOf[subscriber].clone();
    }

    @Override
    public int subscriberCount(final int topic) {
        return load.subscriberCount(topic);
    }

    @Override
    public DeliveryClass deliveryClass(final int topic) {
        return load.row(topic).contract().deliveryClass();
    }

    @Override
    public AckLevel level(final int topic) {
        return load.row(topic).contract().level();
    }

    @Override
    public void select(final long number) {
        messages.select(number);
    }

    @Override
    public int topic() {
        return messages.topic();
    }

    @Override
    public int payloadLength() {
        return messages.payloadLength();
    }

    private static int[][] topicsOf(final ProfileLoad load) {
        final int[] counts = new int[load.subscribers()];
        for (int topic = 0; topic < load.topics(); topic++) {
            for (int member = 0; member < load.subscriberCount(topic); member++) {
                counts[load.subscriber(topic, member)]++;
            }
        }
        final int[][] all = Arrays.stream(counts).mapToObj(int[]::new).toArray(int[][]::new);
        for (int topic = 0; topic < load.topics(); topic++) {
            for (int member = 0; member < load.subscriberCount(topic); member++) {
                final int subscriber = load.subscriber(topic, member);
                all[subscriber][--counts[subscriber]] = topic;
            }
        }
        return all;
    }
}
