package io.stentor.perf.load;

import io.stentor.perf.edge.ApiPublisher;
import io.stentor.perf.edge.TierClients;
import io.stentor.perf.edge.TierProcesses;
import io.stentor.perf.edge.TierPublisher;
import io.stentor.perf.edge.TierTarget;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A tier in processes of its own, over its sockets: one connection publishes, a WebSocket's or a backend's, and each subscriber is a
 * WebSocket. Topics have names of their own in each run, so that a tier that has run for long starts each at offset 1.
 */
final class TierPath implements MessagePath {
    private final List<? extends DeliveryListener> subscribers;
    private final TierProcesses processes;
    private final TierClients clients;
    private final TierPublisher publisher;

    /** One for each subscriber: those of one shard share an event loop, and shards have loops of their own. */
    private final UnsafeBuffer[] received;

    private final Acknowledgements acknowledgements;
    private long tickets;
    private long receipts;

    private TierPath(
            final RunOptions options,
            final TierProcesses processes,
            final List<? extends DeliveryListener> subscribers,
            final Acknowledgements acknowledgements)
            throws Exception {
        this.subscribers = subscribers;
        this.acknowledgements = acknowledgements;
        this.processes = processes;
        this.received = new UnsafeBuffer[subscribers.size()];
        Arrays.setAll(received, i -> new UnsafeBuffer(0, 0));
        final Traffic traffic = options.traffic();
        final String topicPrefix = "bench:" + UUID.randomUUID().toString().substring(0, 8) + ":";
        this.clients = new TierClients(
                processes.ports(),
                processes.tokens(),
                subscribers.size(),
                topicPrefix,
                traffic.topics(),
                traffic::topicsOf,
                new TierClients.Listener() {
                    @Override
                    public void onMessage(
                            final int subscriber, final int topic, final long offset, final byte[] bytes) {
                        deliver(subscriber, topic, offset, bytes);
                    }

                    @Override
                    public void onReceipt() {
                        TierPath.this.onReceipt();
                    }
                });
        this.publisher = options.publishing == PathOptions.Publishing.HTTP
                ? new ApiPublisher(processes.apiPort(), processes.apiKey(), topicPrefix, this::onReceipt)
                : clients;
    }

    /** Starts the processes that the target names, and connects everybody. */
    static MessagePath launch(
            final RunOptions options,
            final TierTarget target,
            final Path directory,
            final List<? extends DeliveryListener> subscribers,
            final Acknowledgements acknowledgements)
            throws Exception {
        final TierProcesses processes = TierProcesses.start(target, directory);
        TierPath path = null;
        try {
            path = new TierPath(options, processes, subscribers, acknowledgements);
            return path;
        } finally {
            if (path == null) {
                processes.close();
            }
        }
    }

    @Override
    public long offer(final int topic, final DirectBuffer buffer, final int length) {
        final byte[] payload = new byte[length];
        buffer.getBytes(0, payload);
        return publisher.publish(topic, payload) ? ++tickets : BACK_PRESSURED;
    }

    @Override
    public String reasonFor(final long code) {
        return "the tier answered " + code;
    }

    @Override
    public void drainTimers(final StageLog stages) {
        // A tier's stages are its own.
    }

    @Override
    public Map<String, Long> cpuNs() {
        return processes.cpuNs();
    }

    @Override
    public Throwable failure() {
        final String failure = clients.failure() == null ? publisher.failure() : clients.failure();
        return failure == null ? null : new IllegalStateException(failure);
    }

    @Override
    public void close() {
        publisher.close();
        clients.close();
        processes.close();
    }

    /** By one thread: that of the publisher. */
    private void onReceipt() {
        if (acknowledgements != null) {
            acknowledgements.onReceipt(++receipts, true);
        }
    }

    private void deliver(final int subscriber, final int topic, final long offset, final byte[] bytes) {
        received[subscriber].wrap(bytes);
        subscribers.get(subscriber).onDelivery(topic + 1L, offset, received[subscriber], 0, bytes.length);
    }
}
