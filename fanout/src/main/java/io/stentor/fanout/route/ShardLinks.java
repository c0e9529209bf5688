package io.stentor.fanout.route;

import io.stentor.transport.wire.FragmentLink;

/** Opens the streams to a shard that attaches. The engine implements it over Aeron. */
public interface ShardLinks {

    /**
     * Opens the stream of the chain.
     *
     * @param channel the transport's address, as the shard gave it.
     * @param streamId where on it the shard listens for the chain.
     * @return the sending end.
     * @throws IllegalArgumentException when the address is not one that may be opened.
     */
    FragmentLink live(String channel, int streamId);

    /**
     * Opens the stream of pages.
     *
     * @param shardId whose pages they are.
     * @param channel the transport's address, as the shard gave it.
     * @param streamId where on it the shard listens for pages.
     */
    void pages(int shardId, String channel, int streamId);

    /** The shard's pages are no longer wanted. */
    void closePages(int shardId);
}
