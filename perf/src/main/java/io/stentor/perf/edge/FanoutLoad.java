package io.stentor.perf.edge;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * Publishes to one topic over a connection of its own and counts what each subscriber gets: every offset, in order, nothing
 * else. Event loop only, but for {@link #unpaced} and {@link #paced}, which wait for it.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // What the event loop is asked to do ends in a future of our own, or in its time.
final class FanoutLoad implements Swarm.Deliveries {

    /** What a phase came to. */
    record Phase(double deliveriesPerSecond, double messagesPerFrame, Histogram latency) {}

    /** Messages on their way at most, unpaced: some 250 bytes each, far less than a socket's buffers hold. */
    private static final int WINDOW = 96;

    /** Commands of one frame of the publisher. */
    private static final int BATCH = 16;

    /** Messages whose intended times are remembered. */
    private static final int TIMES = 1 << 16;

    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int DIGITS = 3;
    private static final int DRAIN_SECONDS = 60;

    private final Swarm swarm;
    private final SwarmSocket publisher;
    private final NanoClock clock;
    private final int subscribers;
    private final String command;
    private final long[] intendedNs = new long[TIMES];

    /** How many subscribers have got each message that some have not, by its offset. */
    private final int[] reached = new int[TIMES];

    private long published;

    /** Every subscriber has every message up to this one. */
    private long complete;

    private long deliveries;
    private long frames;
    private boolean unpaced;
    private boolean pumping;
    private Histogram latency;

    FanoutLoad(
            final Swarm swarm,
            final SwarmSocket publisher,
            final NanoClock clock,
            final String topic,
            final String payload) {
        this.swarm = swarm;
        this.publisher = publisher;
        this.clock = clock;
        this.subscribers = swarm.size();
        this.command = ",\"publish\":{\"channel\":\"" + topic + "\",\"data\":" + payload + "}}";
    }

    /** As many as are taken, for some seconds. */
    Phase unpaced(final int seconds) throws Exception {
        return measure(seconds, false, () -> {
            unpaced = true;
            pump();
        });
    }

    /** So many deliveries a second, whatever becomes of them. */
    Phase paced(final int deliveriesPerSecond, final int seconds) throws Exception {
        final long intervalNs = TimeUnit.SECONDS.toNanos(1) * subscribers / deliveriesPerSecond;
        return measure(seconds, true, () -> {
            final long startNs = clock.nanoTime();
            tick(startNs, intervalNs, 0, startNs + TimeUnit.SECONDS.toNanos(seconds));
        });
    }

    @Override
    public void onFrame() {
        frames++;
    }

    @Override
    public void onPublication(final SwarmSocket socket, final long offset) {
        if (offset != socket.offset + 1 || offset > published) {
            swarm.fail("after offset " + socket.offset + " came " + offset + " of " + published + " published");
            return;
        }
        socket.offset = offset;
        deliveries++;
        final int index = (int) offset & (TIMES - 1);
        if (latency != null) {
            latency.recordValue(Math.min(HIGHEST_NS, Math.max(0, clock.nanoTime() - intendedNs[index])));
        }
        // Each subscriber gets them in order, so they become complete in order.
        if (++reached[index] == subscribers) {
            reached[index] = 0;
            complete = offset;
            pump();
        }
    }

    private Phase measure(final int seconds, final boolean timed, final Runnable begin) throws Exception {
        final CompletableFuture<Phase> done = new CompletableFuture<>();
        swarm.loop().execute(() -> {
            deliveries = 0;
            frames = 0;
            latency = timed ? new Histogram(HIGHEST_NS, DIGITS) : null;
            final long startNs = clock.nanoTime();
            begin.run();
            swarm.loop().schedule(() -> end(startNs, done), seconds, TimeUnit.SECONDS);
        });
        try {
            return done.get(seconds + DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (final TimeoutException ex) {
            swarm.check();
            throw new IOException(
                    "lost: only " + complete + " of " + published + " messages reached every subscriber", ex);
        } catch (final ExecutionException ex) {
            throw new IOException(ex.getCause().getMessage(), ex);
        }
    }

    private void end(final long startNs, final CompletableFuture<Phase> done) {
        unpaced = false;
        final double rate = deliveries * 1e9 / (clock.nanoTime() - startNs);
        drain(done, new Phase(rate, frames == 0 ? 0 : (double) deliveries / frames, latency));
    }

    /** Waits until everything that was published has come, and a little for what should not. */
    private void drain(final CompletableFuture<Phase> done, final Phase phase) {
        if (complete == published) {
            latency = null;
            done.complete(phase);
        } else {
            swarm.loop().schedule(() -> drain(done, phase), 1, TimeUnit.MILLISECONDS);
        }
    }

    private void pump() {
        if (!unpaced || pumping) {
            return;
        }
        pumping = true;
        while (published - complete <= WINDOW - BATCH) {
            publish(BATCH);
        }
        pumping = false;
    }

    /** Publishes what is due by now and comes again when the next one is. */
    private void tick(final long startNs, final long intervalNs, final long sent, final long endNs) {
        long next = sent;
        long dueNs = startNs + next * intervalNs;
        while (dueNs - clock.nanoTime() <= 0 && dueNs - endNs < 0) {
            intendedNs[(int) (published + 1) & (TIMES - 1)] = dueNs;
            publish(1);
            dueNs = startNs + ++next * intervalNs;
        }
        if (dueNs - endNs < 0) {
            final long from = next;
            swarm.loop()
                    .schedule(
                            () -> tick(startNs, intervalNs, from, endNs),
                            dueNs - clock.nanoTime(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void publish(final int count) {
        final StringBuilder lines = new StringBuilder(count * (command.length() + 16));
        for (int i = 0; i < count; i++) {
            published++;
            lines.append(i == 0 ? "" : "\n")
                    .append("{\"id\":")
                    .append(published + 1)
                    .append(command);
        }
        publisher.send(lines.toString());
    }

    /** A payload of so many bytes: a JSON string. */
    static String payload(final int length) {
        final char[] text = new char[length];
        Arrays.fill(text, 'x');
        text[0] = '"';
        text[length - 1] = '"';
        return new String(text);
    }
}
