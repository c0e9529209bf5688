package io.stentor.fanout.route;

import io.stentor.transport.wire.FragmentLink;

/** Opens the streams to a shard that attaches. The engine implements it over Aeron. */
public interface ShardLinks {

    /**
     * Whether a shard of that number may attach over that connection.
     *
     * @param sourceId the connection of its control stream.
     */
    boolean mayAttach(long sourceId, int shardId);

    /**
     * Whether an address leads back to where a connection comes from: only there is a shard told why it was refused before
     * it has proven that it knows the secret.
     *
     * @param sourceId the connection of its control stream.
     * @param channel the transport's address, as the shard gave it.
     */
    boolean leadsBack(long sourceId, String channel);

    /**
     * Opens the stream of the chain.
     *
     * @param channel the transport's address, as the shard gave it.
     * @param streamId where on it the shard listens for the chain.
     * @return the sending end.
     * @throws IllegalArgumentException when the address is not one that may be opened.
     * @throws IllegalStateException when there is no room for another stream.
     */
    FragmentLink live(String channel, int streamId);

    /**
     * Opens a stream for one short word, on shared memory that strangers may cost: the stream of the chain, to a shard that
     * may not attach.
     *
     * @param channel the transport's address, as the shard gave it.
     * @param streamId where on it the shard listens for the chain.
     * @throws IllegalArgumentException when the address is not one that may be opened.
     * @throws IllegalStateException when there is no room for another stream.
     */
    FragmentLink brief(String channel, int streamId);

    /**
     * Opens the stream of pages.
     *
     * @param shardId whose pages they are.
     * @param ticket what a fetch of this attachment carries.
     * @param channel the transport's address, as the shard gave it.
     * @param streamId where on it the shard listens for pages.
     * @throws IllegalArgumentException when the address is not one that may be opened.
     * @throws IllegalStateException when there is no room for another stream.
     */
    void pages(int shardId, long ticket, String channel, int streamId);

    /** The shard's pages are no longer wanted. */
    void closePages(int shardId);
}
