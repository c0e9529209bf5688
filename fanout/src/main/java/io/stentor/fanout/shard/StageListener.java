package io.stentor.fanout.shard;

/** Is told how long messages were under way. Called on the shard's thread; must neither block nor throw. */
public interface StageListener {

    /** Listens to nothing. */
    StageListener NONE = new StageListener() {
        @Override
        public void onShardReceived(final long latencyNs) {}

        @Override
        public void onClientAck(final long latencyNs) {}
    };

    /**
     * A message has reached the shard.
     *
     * @param latencyNs nanoseconds since it was offered to the engine; never negative.
     */
    void onShardReceived(long latencyNs);

    /**
     * A client has acknowledged a message.
     *
     * @param latencyNs nanoseconds since it was offered to the engine; never negative.
     */
    void onClientAck(long latencyNs);
}
