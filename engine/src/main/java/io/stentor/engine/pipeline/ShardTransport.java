package io.stentor.engine.pipeline;

import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.util.List;

/**
 * How the engine hears its shards and reaches them: Aeron in production, a seeded network in simulation. The send step's thread
 * calls everything but the sources of {@link #fetches}, which are the views' thread's.
 */
public interface ShardTransport {

    /** Where shards say attaches, interest and requests. */
    List<FragmentSource> controls();

    /** Where shards ask for pages. */
    List<FragmentSource> fetches();

    /** Whether a shard of that number may attach over that connection of a control stream. */
    boolean mayAttach(long sourceId, int shardId);

    /** Whether an address leads back to where a connection of a control stream comes from. */
    boolean leadsBack(long sourceId, String channel);

    /**
     * Opens a stream to a shard.
     *
     * @param channel its address, as it gave it.
     * @param streamId where on it the shard listens.
     * @param fragmentLengthMax the longest fragment that will be offered, in bytes.
     * @throws IllegalArgumentException when the address is not one that may be opened.
     * @throws IllegalStateException when there is no room for another stream.
     */
    FragmentLink open(String channel, int streamId, int fragmentLengthMax);

    /**
     * Opens a stream to a shard for one short word of at most 1 KiB, on as little memory as there can be.
     *
     * @param channel its address, as it gave it.
     * @param streamId where on it the shard listens.
     * @throws IllegalArgumentException when the address is not one that may be opened.
     * @throws IllegalStateException when there is no room for another stream.
     */
    FragmentLink openBrief(String channel, int streamId);

    /** Lets the transport do its work; never blocks. */
    int doWork();
}
