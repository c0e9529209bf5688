package io.stentor.perf.load;

import java.util.List;

/**
 * What came out of a path, all subscribers together, the warm-up included.
 *
 * @param expected messages sent, each times the subscribers of its topic.
 * @param delivered whole messages that came, repeated ones included.
 * @param lost messages that never came.
 * @param duplicated messages that came again.
 * @param outOfOrder messages that came after one sent later.
 * @param misplaced messages under an offset or topic that is not theirs.
 * @param corrupt messages whose bytes are not those that were sent.
 */
record Deliveries(
        long expected, long delivered, long lost, long duplicated, long outOfOrder, long misplaced, long corrupt) {
    /** Whether each message came once, as it was sent. */
    boolean isWhole() {
        return (lost | duplicated | outOfOrder | misplaced | corrupt) == 0;
    }

    /** Adds up what subscribers saw, once the path is closed. */
    static Deliveries of(final Sender sender, final List<Receiver> receivers) {
        return new Deliveries(
                sender.deliveriesDue(),
                receivers.stream().mapToLong(Receiver::delivered).sum(),
                receivers.stream()
                        .mapToLong(receiver -> receiver.lost(sender::sentTo))
                        .sum(),
                receivers.stream().mapToLong(Receiver::duplicated).sum(),
                receivers.stream().mapToLong(Receiver::outOfOrder).sum(),
                receivers.stream().mapToLong(Receiver::misplaced).sum(),
                receivers.stream().mapToLong(Receiver::corrupt).sum());
    }
}
