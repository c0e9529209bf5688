package io.stentor.engine.simulation;

import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A network that behaves as Aeron does, out of a seed. One thread.
 *
 * <p>A link is a stream of one writer to whoever listens at an address. It is reliable and ordered while its connection
 * lives; streams are not ordered among each other. A connection takes a bounded window of what was not read: then the writer
 * is back-pressured. When it is cut, or an end's process dies, what is under way is lost, and each end takes its time to notice;
 * later the same link gets another connection, which has another id and goes on with what is offered then. Whoever listens
 * anew at an address that a writer still speaks to is connected in the middle of its stream, and the writer may never learn it.
 */
final class VirtualNetwork {

    /** How long an end may take to notice that the other one has gone, in nanoseconds: 5 s, as in Aeron. */
    static final long NOTICE_MAX_NS = 5_000_000_000L;

    /** Until a writer and a listener have found each other, in nanoseconds. */
    private static final long CONNECT_MAX_NS = 20_000_000L;

    private static final long DELAY_MIN_NS = 20_000L;
    private static final long DELAY_MAX_NS = 3_000_000L;

    /** Alters, or drops, what passes: for planted bugs. */
    interface Tap {
        /**
         * Takes what a link was offered.
         *
         * @param fragment a copy that may be altered.
         * @return its length now; 0 to let it vanish.
         */
        int onFragment(Link link, UnsafeBuffer fragment, int length);
    }

    private final SplittableRandom random;
    private final Map<String, Port> ports = new LinkedHashMap<>();
    private final List<Link> links = new ArrayList<>();
    private final int windowBytes;
    private final int fragmentLengthPreferred;
    private Tap tap = (link, fragment, length) -> length;
    private long sources;
    private long nowNs;
    private boolean stalls = true;
    private boolean backPressured;

    /**
     * A network.
     *
     * @param windowBytes how much a connection takes that was not read.
     * @param fragmentLengthPreferred up to which length messages are packed together, in bytes.
     */
    VirtualNetwork(final SplittableRandom random, final int windowBytes, final int fragmentLengthPreferred) {
        this.random = random;
        this.fragmentLengthPreferred = fragmentLengthPreferred;
        this.windowBytes = windowBytes;
    }

    void tap(final Tap value) {
        tap = value;
    }

    /** From now on nothing is slow or late beyond what a network is on a good day. */
    void heal() {
        stalls = false;
        for (final Link link : links) {
            link.cutUntilNs = nowNs;
            if (link.connection != null) {
                link.connection.stalledUntilNs = nowNs;
            }
        }
    }

    void advance(final long ns) {
        nowNs = ns;
        for (final Link link : links) {
            link.update();
        }
        for (final Port port : ports.values()) {
            port.update();
        }
    }

    /** Begins to listen. */
    Port listen(final String owner, final String address, final int streamId) {
        final Port port = new Port(owner, key(address, streamId));
        if (ports.putIfAbsent(port.key, port) != null) {
            throw new IllegalStateException(port.key + " is taken");
        }
        return port;
    }

    /** Opens a stream. */
    Link connect(final String owner, final String address, final int streamId, final int fragmentLengthMax) {
        final Link link = new Link(owner, key(address, streamId), fragmentLengthMax);
        links.add(link);
        return link;
    }

    /** True once a reader did not keep up. */
    boolean wasBackPressured() {
        return backPressured;
    }

    boolean isListening(final String address, final int streamId) {
        return ports.containsKey(key(address, streamId));
    }

    /** How many streams are open of those that a process has opened. */
    int openLinks(final String owner) {
        int open = 0;
        for (final Link link : links) {
            open += link.owner.equals(owner) ? 1 : 0;
        }
        return open;
    }

    /** A process has gone, its ends with it. */
    void kill(final String owner) {
        for (final Iterator<Link> each = links.iterator(); each.hasNext(); ) {
            final Link link = each.next();
            if (link.owner.equals(owner)) {
                each.remove();
                link.closed = true;
                if (link.connection != null) {
                    link.connection.die(random.nextBoolean());
                    link.connection = null;
                }
            }
        }
        for (final Iterator<Port> each = ports.values().iterator(); each.hasNext(); ) {
            final Port port = each.next();
            if (port.owner.equals(owner)) {
                each.remove();
                port.closed = true;
                port.connections.forEach(connection -> connection.die(true));
                port.connections.clear();
            }
        }
    }

    /** Cuts some of the streams to and from the given owner for a while; those that are up may also only stand still. */
    void disturb(final String owner, final long durationNs, final boolean all) {
        for (final Link link : links) {
            final Port to = ports.get(link.key);
            final boolean concerned = link.owner.equals(owner) || (to != null && to.owner.equals(owner));
            if (!concerned || !(all || random.nextInt(3) == 0)) {
                continue;
            }
            if (link.connection != null && durationNs < NOTICE_MAX_NS && random.nextBoolean()) {
                link.connection.stalledUntilNs = nowNs + durationNs;
            } else {
                link.cutUntilNs = nowNs + durationNs;
                if (link.connection != null) {
                    link.connection.die(true);
                }
            }
        }
    }

    private static String key(final String address, final int streamId) {
        return address + "/" + streamId;
    }

    private record Fragment(byte[] bytes, long atNs) {}

    private final class Connection {
        private final long sourceId = ++sources;
        private final Link link;
        private final Port port;
        private final ArrayDeque<Fragment> fragments = new ArrayDeque<>();
        private int bytes;
        private long lastAtNs;
        private long stalledUntilNs;
        private boolean dead;
        private boolean ended;
        private long writerNoticesAtNs;
        private long readerNoticesAtNs;

        Connection(final Link link, final Port port) {
            this.link = link;
            this.port = port;
        }

        void die(final boolean lossy) {
            if (dead) {
                return;
            }
            dead = true;
            writerNoticesAtNs = nowNs + random.nextLong(NOTICE_MAX_NS);
            readerNoticesAtNs = nowNs + random.nextLong(NOTICE_MAX_NS);
            while (lossy && !fragments.isEmpty() && fragments.getLast().atNs > nowNs) {
                bytes -= fragments.removeLast().bytes.length;
            }
        }

        void add(final UnsafeBuffer fragment, final int length) {
            bytes += length;
            if (dead) {
                return;
            }
            final byte[] copy = new byte[length];
            fragment.getBytes(0, copy);
            final long rangeNs = stalls && random.nextInt(50) == 0 ? 20 * DELAY_MAX_NS : DELAY_MAX_NS;
            lastAtNs = Math.max(lastAtNs, nowNs + DELAY_MIN_NS + random.nextLong(rangeNs));
            fragments.add(new Fragment(copy, lastAtNs));
        }

        boolean isOver() {
            return (dead && readerNoticesAtNs - nowNs <= 0) || (ended && fragments.isEmpty());
        }
    }

    /** The sending end. */
    final class Link implements FragmentLink {

        final String owner;
        final String key;
        private final int fragmentLengthMax;
        private final UnsafeBuffer copy = new UnsafeBuffer(new byte[0]);
        private Connection connection;
        private long connectAtNs;
        private long cutUntilNs;
        private long position;
        private boolean closed;

        private Link(final String owner, final String key, final int fragmentLengthMax) {
            this.owner = owner;
            this.key = key;
            this.fragmentLengthMax = fragmentLengthMax;
            this.connectAtNs = nowNs + random.nextLong(CONNECT_MAX_NS);
        }

        /** Whether it is a stream of that number. */
        boolean leadsTo(final int streamId) {
            return key.endsWith("/" + streamId);
        }

        private void update() {
            if (connection != null && connection.dead) {
                final Port listener = ports.get(key);
                final boolean takenOver = listener != null
                        && listener != connection.port
                        && cutUntilNs - nowNs <= 0
                        && random.nextInt(20) == 0;
                if (connection.writerNoticesAtNs - nowNs <= 0 || takenOver) {
                    connection = null;
                    connectAtNs = takenOver ? nowNs : nowNs + random.nextLong(CONNECT_MAX_NS);
                }
            }
            if (connection == null && connectAtNs - nowNs <= 0 && cutUntilNs - nowNs <= 0) {
                final Port listener = ports.get(key);
                if (listener != null) {
                    connection = new Connection(this, listener);
                    listener.connections.add(connection);
                }
            }
        }

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length) {
            if (closed) {
                return CLOSED;
            }
            if (length > fragmentLengthMax) {
                throw new IllegalArgumentException("a fragment of " + length + " bytes exceeds " + fragmentLengthMax);
            }
            if (connection == null) {
                return NOT_CONNECTED;
            }
            if (connection.bytes > 0 && connection.bytes + length > windowBytes) {
                backPressured = true;
                return BACK_PRESSURED;
            }
            copy.wrap(new byte[length]);
            copy.putBytes(0, buffer, offset, length);
            final int passed = tap.onFragment(this, copy, length);
            if (passed > 0) {
                connection.add(copy, passed);
            }
            position += length;
            return position;
        }

        @Override
        public int fragmentLengthMax() {
            return fragmentLengthMax;
        }

        @Override
        public int fragmentLengthPreferred() {
            return Math.min(fragmentLengthPreferred, fragmentLengthMax);
        }

        @Override
        public boolean isConnected() {
            return !closed && connection != null;
        }

        @Override
        public void close() {
            closed = true;
            links.remove(this);
            if (connection != null) {
                connection.ended = true;
                connection = null;
            }
        }
    }

    /** The receiving end. */
    final class Port implements FragmentSource {

        private final String owner;
        private final String key;
        private final List<Connection> connections = new ArrayList<>();
        private boolean closed;
        private int first;

        private Port(final String owner, final String key) {
            this.owner = owner;
            this.key = key;
        }

        private void update() {
            connections.removeIf(Connection::isOver);
        }

        @Override
        public int poll(final FragmentHandler handler, final int fragmentLimit) {
            if (closed) {
                throw new IllegalStateException(key + " is closed");
            }
            int polled = 0;
            final int size = connections.size();
            first++;
            for (int i = 0; i < size && polled < fragmentLimit; i++) {
                polled += poll(connections.get((first + i) % size), handler, fragmentLimit - polled);
            }
            return polled;
        }

        private int poll(final Connection connection, final FragmentHandler handler, final int limit) {
            int polled = 0;
            Fragment next;
            while (polled < limit
                    && (next = connection.fragments.peek()) != null
                    && next.atNs - nowNs <= 0
                    && (connection.stalledUntilNs - nowNs <= 0 || connection.dead)) {
                if (!handler.onFragment(connection.sourceId, new UnsafeBuffer(next.bytes), 0, next.bytes.length)) {
                    break;
                }
                connection.fragments.remove();
                connection.bytes -= next.bytes.length;
                polled++;
            }
            return polled;
        }

        @Override
        public String originOf(final long sourceId) {
            for (final Connection connection : connections) {
                if (connection.sourceId == sourceId) {
                    return connection.link.owner;
                }
            }
            return null;
        }

        @Override
        public boolean isConnected() {
            return !connections.isEmpty();
        }

        @Override
        public void close() {
            closed = true;
            ports.remove(key, this);
            connections.forEach(connection -> connection.die(true));
            connections.clear();
        }
    }
}
