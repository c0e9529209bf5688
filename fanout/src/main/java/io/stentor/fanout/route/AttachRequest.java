package io.stentor.fanout.route;

/**
 * What a shard says when it asks for its chain.
 *
 * @param sourceId the connection that it said it on.
 * @param shardId its number.
 * @param incarnation this start of it.
 * @param attachNonce its random number for this attach.
 * @param logId the log of its position; 0 for none.
 * @param term the term in which it saw its position.
 * @param sequence its position: the last frame that it has seen; 0 for none.
 * @param liveStreamId where on the channel it listens for the chain.
 * @param pagesStreamId where on the channel it listens for pages.
 * @param channel the transport's address of both.
 * @param name what operators call it.
 * @param address the URL at which clients reach it; empty when none do.
 */
record AttachRequest(
        long sourceId,
        int shardId,
        long incarnation,
        long attachNonce,
        long logId,
        long term,
        long sequence,
        int liveStreamId,
        int pagesStreamId,
        String channel,
        String name,
        String address) {

    /** True for a shard that has no position and takes what comes. */
    boolean isAfresh() {
        return logId == 0 || sequence == 0;
    }
}
