package io.stentor.engine.pipeline;

/** Takes the time that messages spent in one stage. One thread. */
@FunctionalInterface
public interface StageRecorder {

    /**
     * Takes a time.
     *
     * @param durationNs how long, in nanoseconds.
     * @param count for how many messages.
     */
    void record(long durationNs, int count);
}
