package io.stentor.fanout.route;

import io.stentor.transport.wire.SharedSecret;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a {@link Router} needs.
 *
 * @param groupId the engine group's number.
 * @param logId the log's id.
 * @param term the term that this start has begun.
 * @param lastSequence the last sequence of the log when the router starts.
 * @param payloadLengthMax the longest payload, in bytes.
 * @param topics finds topics.
 * @param replaySources makes a reader of the log for one lagging shard.
 * @param links opens the transport's streams to shards.
 * @param secret what the engine and its shards share.
 * @param nonces random numbers that nobody can foresee.
 * @param syncedSequence the last sequence that was forced to the device; read on the send step's thread.
 * @param engineTimeNs engine time, nanoseconds since 1970; read on the send step's thread.
 */
public record RouterContext(
        int groupId,
        long logId,
        long term,
        long lastSequence,
        int payloadLengthMax,
        TopicLookup topics,
        Supplier<ReplaySource> replaySources,
        ShardLinks links,
        SharedSecret secret,
        LongSupplier nonces,
        LongSupplier syncedSequence,
        LongSupplier engineTimeNs) {

    /** What a frame adds to its payload at most: block, lengths, sender, origin, tags, rounded up; in bytes. */
    public static final int FRAME_OVERHEAD_MAX = 8 * 1024;
}
