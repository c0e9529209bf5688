package io.stentor.engine.tier;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.stentor.engine.history.Witness;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Many devices spread over shards, on one event loop. Any thread, but where it says otherwise. */
@SuppressWarnings("FutureReturnValueIgnored") // A connect that fails is told by its listener; the rest is waited for.
final class Devices implements AutoCloseable {

    /**
     * The end of a session that its device did not want.
     *
     * @param code the server's; -1 when the socket ended without one.
     */
    record End(String device, int shard, long timeNs, int code) {}

    private static final int FRAME_LENGTH_MAX = 8 * 1024 * 1024;
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    /** What the kernel keeps for a device that does not read: little, so that the shard notices soon. */
    private static final int RECEIVE_BUFFER_LENGTH = 32 * 1024;

    /** Devices that connect at once at the start: nothing is measured yet. */
    private static final int CONNECTING_MAX = 100;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<URI> shards;
    private final DeliveryTimes times;
    private final Queue<String> violations;
    private final List<Device> devices = new ArrayList<>();
    private final Queue<End> ends = new ConcurrentLinkedQueue<>();
    private final AtomicLong recovered = new AtomicLong();
    private final AtomicLong paged = new AtomicLong();
    private final AtomicLong snapshots = new AtomicLong();
    private final AtomicLong behind = new AtomicLong();
    private final AtomicLong temporary = new AtomicLong();

    /** What the last socket ended with that broke. Written by the event loop, read by any thread. */
    private volatile String lastFault = "none";

    private volatile boolean closing;

    /**
     * Nobody yet.
     *
     * @param shards the WebSockets of the shards, by number.
     */
    Devices(final List<URI> shards, final DeliveryTimes times, final Queue<String> violations) {
        this.shards = List.copyOf(shards);
        this.times = times;
        this.violations = violations;
    }

    /** Adds a device, before {@link #connectAll}. */
    Device add(
            final String name, final String token, final int home, final List<String> topics, final Witness witness) {
        final Device device = new Device(this, name, token, home, topics, witness);
        devices.add(device);
        return device;
    }

    List<Device> all() {
        return List.copyOf(devices);
    }

    /** Connects all devices and waits until each is subscribed to all of its topics. */
    void connectAll() {
        for (int from = 0; from < devices.size(); from += CONNECTING_MAX) {
            final int to = Math.min(devices.size(), from + CONNECTING_MAX);
            devices.subList(from, to).forEach(device -> loop.execute(device::connect));
            awaitLive(devices.subList(from, to));
        }
    }

    /** Waits until all are subscribed to all of their topics and have what they had missed. */
    void awaitLive() {
        awaitLive(devices);
    }

    /** Waits until each device has got to the given offsets of its topics. */
    void awaitOffsets(final Map<String, Long> tops) {
        Await.until(
                () -> "all messages at all devices; missing at "
                        + devices.stream()
                                .filter(device -> !isAt(device, tops))
                                .map(device -> device.name() + " of shard " + device.shard())
                                .limit(10)
                                .toList()
                        + "; " + this + "; " + violations,
                Duration.ofMinutes(2),
                () -> devices.stream().allMatch(device -> isAt(device, tops)));
    }

    /** Nobody publishes any more: waits until each device is at the end of each of its topics, and says so for it. */
    void catchUp(final ApiClient api) {
        final Map<String, Long> tops = new HashMap<>();
        for (final Device device : devices) {
            device.topics()
                    .forEach(topic -> tops.computeIfAbsent(
                            topic, name -> api.top(name).at("offset").numberOrZero()));
        }
        awaitOffsets(tops);
        devices.forEach(device ->
                device.topics().forEach(topic -> device.witness().caughtUp(topic, device.offset(topic))));
    }

    private static boolean isAt(final Device device, final Map<String, Long> tops) {
        for (final String topic : device.topics()) {
            if (device.offset(topic) < tops.get(topic)) {
                return false;
            }
        }
        return true;
    }

    private void awaitLive(final List<Device> some) {
        Await.until(
                () -> "subscribed devices; missing are "
                        + some.stream()
                                .filter(device -> !device.isLive())
                                .map(Device::name)
                                .limit(10)
                                .toList() + " of "
                        + some.stream().filter(device -> !device.isLive()).count() + "; " + this + "; " + violations,
                Duration.ofMinutes(2),
                () -> some.stream().allMatch(Device::isLive));
    }

    /** How many sessions a shard has. */
    long sessions(final int shard) {
        return devices.stream().filter(device -> device.shard() == shard).count();
    }

    /** All devices go to the shard that they like best, each at a moment of its own. */
    void goHome(final Duration within) {
        devices.forEach(device -> later(ThreadLocalRandom.current().nextInt((int) within.toMillis()), device::goHome));
    }

    /** Lets a device read nothing any more, or read again. */
    void reading(final Device device, final boolean reading) {
        loop.execute(() -> device.reading(reading));
    }

    /** The sessions that ended since a moment. */
    List<End> endsSince(final long sinceNs) {
        return ends.stream().filter(end -> end.timeNs() - sinceNs >= 0).toList();
    }

    /** How many subscriptions were ended with the code for "behind". */
    long behind() {
        return behind.get();
    }

    /** How many positions were lost. */
    long snapshots() {
        return snapshots.get();
    }

    /** How many gaps were too long to be recovered at once. */
    long paged() {
        return paged.get();
    }

    @Override
    public void close() {
        closing = true;
        devices.forEach(device -> loop.execute(device::close));
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Override
    public String toString() {
        return devices.size() + " devices: " + ends.size() + " sessions ended, " + recovered + " recoveries, " + behind
                + " times behind, " + paged + " gaps paged, " + snapshots + " snapshots, " + temporary
                + " temporary refusals, last fault " + lastFault;
    }

    int shards() {
        return shards.size();
    }

    DeliveryTimes times() {
        return times;
    }

    void violation(final String what) {
        violations.add(what);
    }

    void fault(final Throwable fault) {
        lastFault = fault.toString();
    }

    void ended(final End end) {
        ends.add(end);
    }

    void countRecovered() {
        recovered.incrementAndGet();
    }

    void countPaged() {
        paged.incrementAndGet();
    }

    void countSnapshot() {
        snapshots.incrementAndGet();
    }

    void countBehind() {
        behind.incrementAndGet();
    }

    void countTemporary() {
        temporary.incrementAndGet();
    }

    void later(final int delayMs, final Runnable what) {
        if (!closing) {
            loop.schedule(what, delayMs, TimeUnit.MILLISECONDS);
        }
    }

    /** Opens a socket to a shard. */
    void open(final int shard, final ChannelHandler session, final Runnable onFailure) {
        final URI address = shards.get(shard);
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_LENGTH)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(16 * 1024),
                                        new WebSocketClientProtocolHandler(WebSocketClientProtocolConfig.newBuilder()
                                                .webSocketUri(address)
                                                .version(WebSocketVersion.V13)
                                                .maxFramePayloadLength(FRAME_LENGTH_MAX)
                                                .handleCloseFrames(false)
                                                // A native client sends none.
                                                .generateOriginHeader(false)
                                                .build()),
                                        new WebSocketFrameAggregator(FRAME_LENGTH_MAX),
                                        session);
                    }
                })
                .connect(new InetSocketAddress(address.getHost(), address.getPort()))
                .addListener(done -> {
                    if (!done.isSuccess() && !closing) {
                        fault(done.cause());
                        onFailure.run();
                    }
                });
    }
}
