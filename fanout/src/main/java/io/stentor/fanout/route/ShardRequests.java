package io.stentor.fanout.route;

import io.stentor.transport.wire.CursorDecoder;
import io.stentor.transport.wire.SignalDecoder;
import io.stentor.transport.wire.StateEndDecoder;
import io.stentor.transport.wire.StateEntryDecoder;
import io.stentor.transport.wire.SubmitDecoder;
import io.stentor.transport.wire.WatermarkDecoder;

/** What shards ask of the engine, beyond their streams. Called on the send step's thread. */
public interface ShardRequests {

    /**
     * A client's message.
     *
     * @return false when the ring is full: the submit will be handed out again.
     */
    boolean onSubmit(ShardStream from, SubmitDecoder submit);

    /**
     * A device has moved its cursor.
     *
     * @return false when the ring is full: it will be handed out again.
     */
    boolean onCursor(CursorDecoder cursor);

    /**
     * A watermark has moved.
     *
     * @return false when the ring is full: it will be handed out again.
     */
    boolean onWatermark(WatermarkDecoder watermark);

    /** Something ephemeral, to be passed on to the others. */
    void onSignal(ShardStream from, SignalDecoder signal);

    /** A line of an answer. */
    void onStateEntry(StateEntryDecoder entry);

    /** The end of a shard's answer. */
    void onStateEnd(StateEndDecoder end);
}
