package io.stentor.perf.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;

/** Delivers each message within its offer, on the generator's thread. What a test changes, it overrides. */
class LoopbackPath implements MessagePath {
    private final List<List<DeliveryListener>> subscribersOf;
    private final Acknowledgements acknowledgements;
    private final long[] offsets;
    private long tickets;
    private boolean closed;

    LoopbackPath(
            final RunOptions options,
            final List<? extends DeliveryListener> subscribers,
            final Acknowledgements acknowledgements) {
        this.acknowledgements = acknowledgements;
        final Traffic traffic = options.traffic();
        subscribersOf = Stream.generate(() -> (List<DeliveryListener>) new ArrayList<DeliveryListener>())
                .limit(traffic.topics())
                .toList();
        for (int i = 0; i < subscribers.size(); i++) {
            for (final int topic : traffic.topicsOf(i)) {
                subscribersOf.get(topic).add(subscribers.get(i));
            }
        }
        offsets = new long[traffic.topics()];
    }

    static MessagePath launch(
            final RunOptions options,
            final Path directory,
            final List<? extends DeliveryListener> subscribers,
            final Acknowledgements acknowledgements) {
        return new LoopbackPath(options, subscribers, acknowledgements);
    }

    @Override
    public long offer(final int topic, final DirectBuffer buffer, final int length) {
        final long offset = ++offsets[topic];
        for (final DeliveryListener subscriber : subscribersOf.get(topic)) {
            subscriber.onDelivery(topic + 1L, offset, buffer, 0, length);
        }
        if (acknowledgements != null) {
            acknowledgements.onReceipt(tickets + 1, true);
        }
        return ++tickets;
    }

    @Override
    public String reasonFor(final long code) {
        return "code " + code;
    }

    @Override
    public void drainTimers(final StageLog stages) {}

    @Override
    public Throwable failure() {
        return null;
    }

    @Override
    public void close() {
        closed = true;
    }

    final boolean isClosed() {
        return closed;
    }
}
