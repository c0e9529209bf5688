package io.stentor.perf.shards;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.stentor.perf.journal.Side;
import io.stentor.transport.aeron.UdpSettings;
import io.stentor.transport.wire.DeliverEncoder;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.MessageHeaderEncoder;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.BitUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A bare publication and its subscription: the settings, the threads and the bytes of the engine's stream to a shard, and
 * nothing else. The sender packs messages as long as the engine's frames into fragments, and the receiver looks at each one's
 * number. Over UDP on loopback each end has a media driver that its own thread invokes; over memory the sender's thread invokes
 * the driver of both.
 */
public final class BareAeron implements Side {

    /** What carries the stream. */
    public enum Media {
        IPC,
        UDP
    }

    /** What a frame has beside its payload, for a message without sender, id and tags. */
    private static final int OVERHEAD = MessageHeaderEncoder.ENCODED_LENGTH
            + DeliverEncoder.BLOCK_LENGTH
            + DeliverEncoder.senderHeaderLength()
            + DeliverEncoder.originHeaderLength()
            + DeliverEncoder.tagsHeaderLength()
            + DeliverEncoder.payloadHeaderLength();

    /** Where the rig's number is: the payload's first bytes. */
    private static final int NUMBER_INDEX = FragmentPacker.PREFIX_LENGTH + OVERHEAD;

    private static final int STREAM_ID = 1;
    private static final int FRAGMENTS_PER_POLL = 64;

    /** The shortest park that a kernel makes something of. */
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(1);

    private final Media media;
    private final int payloadLength;
    private final long warmup;
    private final long messages;

    /**
     * A side.
     *
     * @param media that carries it.
     * @param payloadLength of a message in bytes, 8 or more; a frame has to fit a datagram.
     * @param warmup messages before the clock starts.
     * @param messages how many are timed.
     */
    public BareAeron(final Media media, final int payloadLength, final long warmup, final long messages) {
        this.media = media;
        this.payloadLength = payloadLength;
        this.warmup = warmup;
        this.messages = messages;
    }

    @Override
    public double measure(final Path directory) throws Exception {
        return media == Media.UDP ? overUdp(UdpSettings.fitting()) : overMemory(UdpSettings.fitting());
    }

    private double overUdp(final UdpSettings settings) throws Exception {
        try (End receiving = End.withDriver("receive");
                End sending = End.withDriver("send")) {
            final Subscription subscription = receiving.aeron.addSubscription(
                    new ChannelUriStringBuilder()
                            .media("udp")
                            .endpoint("127.0.0.1:0")
                            .receiverWindowLength(settings.windowLength())
                            .socketRcvbufLength(settings.windowLength())
                            .build(),
                    STREAM_ID);
            String channel;
            while ((channel = subscription.tryResolveChannelEndpointPort()) == null) {
                receiving.invoke();
            }
            final ExclusivePublication publication = sending.aeron.addExclusivePublication(
                    new ChannelUriStringBuilder(channel)
                            .receiverWindowLength((Integer) null)
                            .socketRcvbufLength((Integer) null)
                            .termLength(settings.termLength())
                            .mtu(settings.mtuLength())
                            .build(),
                    STREAM_ID);
            return rate(sending, publication, receiving, subscription);
        }
    }

    private double overMemory(final UdpSettings settings) throws Exception {
        try (End sending = End.withDriver("memory");
                End receiving = End.of(sending)) {
            final String channel = new ChannelUriStringBuilder()
                    .media("ipc")
                    .termLength(settings.termLength())
                    .mtu(settings.mtuLength())
                    .build();
            final long publicationId = sending.aeron.asyncAddExclusivePublication(channel, STREAM_ID);
            final long subscriptionId = receiving.aeron.asyncAddSubscription(channel, STREAM_ID);
            ExclusivePublication publication = null;
            Subscription subscription = null;
            while (publication == null || subscription == null) {
                sending.invoke();
                receiving.invoke();
                publication = publication == null ? sending.aeron.getExclusivePublication(publicationId) : publication;
                subscription = subscription == null ? receiving.aeron.getSubscription(subscriptionId) : subscription;
            }
            return rate(sending, publication, receiving, subscription);
        }
    }

    private double rate(
            final End sending,
            final ExclusivePublication publication,
            final End receiving,
            final Subscription subscription) {
        final Receiver receiver =
                new Receiver(receiving, subscription, packedLength(payloadLength), warmup, warmup + messages);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread thread = new Thread(receiver, "bare-receiver");
        thread.setUncaughtExceptionHandler((ended, problem) -> failure.set(problem));
        thread.start();
        final long startNs = new Sender(sending, publication, thread, payloadLength).send(warmup, warmup + messages);
        while (thread.isAlive()) {
            sending.invoke();
            LockSupport.parkNanos(PARK_NS);
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the bare pair has failed", failure.get());
        }
        return messages * 1e9 / (receiver.endNs - startNs);
    }

    private static int packedLength(final int payloadLength) {
        return BitUtil.align(FragmentPacker.PREFIX_LENGTH + OVERHEAD + payloadLength, FragmentPacker.ALIGNMENT);
    }

    /** A client, and the driver that it invokes or null, which one thread invokes. */
    private record End(MediaDriver driver, Aeron aeron) implements AutoCloseable {

        static End withDriver(final String name) {
            final MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                    .aeronDirectoryName("/dev/shm/stentor-perf-" + name + '-' + SystemNanoClock.INSTANCE.nanoTime())
                    .threadingMode(ThreadingMode.INVOKER)
                    .dirDeleteOnStart(true)
                    .dirDeleteOnShutdown(true)
                    .termBufferSparseFile(false));
            return new End(
                    driver,
                    Aeron.connect(new Aeron.Context()
                            .aeronDirectoryName(driver.aeronDirectoryName())
                            .useConductorAgentInvoker(true)
                            .driverAgentInvoker(driver.sharedAgentInvoker())));
        }

        /** A client of another end's driver, which invokes it. */
        static End of(final End other) {
            return new End(
                    null,
                    Aeron.connect(new Aeron.Context()
                            .aeronDirectoryName(other.driver.aeronDirectoryName())
                            .useConductorAgentInvoker(true)));
        }

        void invoke() {
            aeron.conductorAgentInvoker().invoke();
            if (driver != null) {
                driver.sharedAgentInvoker().invoke();
            }
        }

        @Override
        public void close() {
            CloseHelper.closeAll(aeron, driver);
        }
    }

    /** Packs and offers. */
    private static final class Sender {
        private final End end;
        private final ExclusivePublication publication;
        private final Thread receiver;
        private final UnsafeBuffer frame;
        private final UnsafeBuffer fragment;
        private final int packedLength;
        private int position;

        Sender(final End end, final ExclusivePublication publication, final Thread receiver, final int payloadLength) {
            this.packedLength = packedLength(payloadLength);
            this.frame = new UnsafeBuffer(new byte[packedLength]);
            this.end = end;
            this.publication = publication;
            this.receiver = receiver;
            this.fragment = new UnsafeBuffer(new byte[publication.maxPayloadLength()]);
            frame.putInt(0, OVERHEAD + payloadLength, ByteOrder.LITTLE_ENDIAN);
        }

        /** Sends messages up to {@code count}; when the one numbered {@code timedFrom} was sent. */
        long send(final long timedFrom, final long count) {
            long startNs = 0;
            for (long number = 0; number < count && receiver.isAlive(); number++) {
                if (number == timedFrom) {
                    startNs = SystemNanoClock.INSTANCE.nanoTime();
                }
                if (position + packedLength > fragment.capacity()) {
                    flush();
                }
                frame.putLong(NUMBER_INDEX, number, ByteOrder.LITTLE_ENDIAN);
                fragment.putBytes(position, frame, 0, packedLength);
                position += packedLength;
            }
            flush();
            return startNs;
        }

        private void flush() {
            while (publication.offer(fragment, 0, position) < 0 && receiver.isAlive()) {
                end.invoke();
                if (!publication.isConnected()) {
                    LockSupport.parkNanos(PARK_NS);
                }
            }
            position = 0;
        }
    }

    /** Polls, counts and checks the order. */
    private static final class Receiver implements Runnable {
        private final FragmentHandler handler = (buffer, offset, length, header) -> onFragment(buffer, offset, length);
        private final End end;
        private final Subscription subscription;
        private final int packedLength;
        private final long timedFrom;
        private final long count;
        private long next;

        /** When the last message came; read once the thread has ended. */
        private long endNs;

        Receiver(
                final End end,
                final Subscription subscription,
                final int packedLength,
                final long timedFrom,
                final long count) {
            this.packedLength = packedLength;
            this.end = end;
            this.subscription = subscription;
            this.timedFrom = timedFrom;
            this.count = count;
        }

        @Override
        public void run() {
            long heardNs = SystemNanoClock.INSTANCE.nanoTime();
            while (next < count) {
                final int work = subscription.poll(handler, FRAGMENTS_PER_POLL);
                end.invoke();
                if (work > 0) {
                    heardNs = SystemNanoClock.INSTANCE.nanoTime();
                } else if (SystemNanoClock.INSTANCE.nanoTime() - heardNs > ShardPath.DEADLINE_NS) {
                    throw new IllegalStateException("nothing comes after message " + next + " of " + count + ", "
                            + timedFrom + " of them warm-up");
                } else {
                    LockSupport.parkNanos(PARK_NS);
                }
            }
            endNs = SystemNanoClock.INSTANCE.nanoTime();
        }

        private void onFragment(final DirectBuffer buffer, final int offset, final int length) {
            for (int at = offset; at < offset + length; at += packedLength) {
                final long number = buffer.getLong(at + NUMBER_INDEX, ByteOrder.LITTLE_ENDIAN);
                if (number != next++) {
                    throw new IllegalStateException("message " + number + " where " + (next - 1) + " was due");
                }
            }
        }
    }
}
