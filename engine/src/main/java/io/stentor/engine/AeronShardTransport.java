package io.stentor.engine;

import io.stentor.engine.pipeline.ShardTransport;
import io.stentor.transport.aeron.AeronClient;
import io.stentor.transport.aeron.EmbeddedDriver;
import io.stentor.transport.aeron.UdpSettings;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Reaches the embedded shard over memory, and shards in processes of their own over UDP where an endpoint for them is
 * configured. One thread, the send step's, which also keeps the media driver alive.
 */
final class AeronShardTransport implements ShardTransport {

    /** Where shards in processes of their own are heard and listen; the embedded one's are others. */
    static final int CONTROL_STREAM_ID = 1001;

    static final int FETCH_STREAM_ID = 1002;
    static final int LIVE_STREAM_ID = 1003;
    static final int PAGES_STREAM_ID = 1004;

    /** The least term that Aeron has, and the longest word that is sent on it, in bytes. */
    private static final int BRIEF_TERM_LENGTH = 64 * 1024;

    private static final int BRIEF_LENGTH_MAX = 1024;

    private final EmbeddedDriver driver;
    private final AeronClient client;
    private final UdpSettings udp;
    private final List<FragmentSource> controls = new ArrayList<>();
    private final List<FragmentSource> fetches = new ArrayList<>();

    /**
     * Begins to listen.
     *
     * @throws EngineException when the endpoint for shards cannot be listened on.
     */
    AeronShardTransport(final EngineContext context, final EmbeddedDriver driver, final AeronClient client) {
        this.driver = driver;
        this.client = client;
        this.udp = context.shards().udp();
        if (context.shards().embedded()) {
            controls.add(client.openIpcSource(CONTROL_STREAM_ID));
            fetches.add(client.openIpcSource(FETCH_STREAM_ID));
        }
        final String endpoint = context.shards().endpoint();
        if (endpoint != null) {
            try {
                udp.requireSocketBuffers();
                final List<FragmentSource> sources =
                        client.openUdpSources(endpoint, udp, CONTROL_STREAM_ID, FETCH_STREAM_ID);
                controls.add(sources.get(0));
                fetches.add(sources.get(1));
            } catch (final IllegalStateException ex) {
                throw new EngineException(ex.getMessage(), ex);
            }
        }
    }

    /** HOST:PORT on which shards are listened for, with the port that the system has chosen; null while it is not known. */
    String endpoint() {
        return AeronClient.endpointOf(controls.get(controls.size() - 1));
    }

    @Override
    public List<FragmentSource> controls() {
        return List.copyOf(controls);
    }

    @Override
    public List<FragmentSource> fetches() {
        return List.copyOf(fetches);
    }

    @Override
    public boolean mayAttach(final long sourceId, final int shardId) {
        return FragmentSource.MEMORY.equals(originOf(sourceId))
                ? shardId == EmbeddedShard.SHARD_ID
                : shardId > EmbeddedShard.SHARD_ID;
    }

    @Override
    public boolean leadsBack(final long sourceId, final String channel) {
        final String origin = originOf(sourceId);
        final String endpoint = AeronClient.endpointOf(channel);
        if (origin == null || endpoint == null) {
            return FragmentSource.MEMORY.equals(origin);
        }
        return hostOf(origin).equals(hostOf(endpoint));
    }

    @Override
    public FragmentLink open(final String channel, final int streamId, final int fragmentLengthMax) {
        return channel.equals(EmbeddedShard.CHANNEL)
                ? client.openIpcLink(EmbeddedShard.TERM_LENGTH, streamId, fragmentLengthMax)
                : client.openUdpLink(
                        endpointOf(channel, streamId), udp.mtuLength(), udp.termLength(), streamId, fragmentLengthMax);
    }

    @Override
    public FragmentLink openBrief(final String channel, final int streamId) {
        return channel.equals(EmbeddedShard.CHANNEL)
                ? client.openIpcLink(BRIEF_TERM_LENGTH, streamId, BRIEF_LENGTH_MAX)
                : client.openUdpLink(
                        endpointOf(channel, streamId), udp.mtuLength(), BRIEF_TERM_LENGTH, streamId, BRIEF_LENGTH_MAX);
    }

    @Override
    public int doWork() {
        return client.invoke() + driver.invoke();
    }

    private static String endpointOf(final String channel, final int streamId) {
        final String endpoint = AeronClient.endpointOf(channel);
        if (endpoint == null || (streamId != LIVE_STREAM_ID && streamId != PAGES_STREAM_ID)) {
            throw new IllegalArgumentException("no shard's stream is " + streamId + " of '" + channel + "'");
        }
        return endpoint;
    }

    private String originOf(final long sourceId) {
        for (final FragmentSource control : controls) {
            final String origin = control.originOf(sourceId);
            if (origin != null) {
                return origin;
            }
        }
        return null;
    }

    private static String hostOf(final String endpoint) {
        return endpoint.substring(0, endpoint.lastIndexOf(':'));
    }
}
