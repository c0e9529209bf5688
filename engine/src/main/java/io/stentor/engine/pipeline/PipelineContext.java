package io.stentor.engine.pipeline;

import io.stentor.transport.wire.SharedSecret;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/** What a {@link DeliveryPipeline} is built from; checked by the engine's own context before it comes here. */
public final class PipelineContext {

    int groupId;
    int ringCapacity;
    int payloadLengthMax;
    int dedupeEntriesMax;
    DedupeWindows dedupeWindows;
    EpochClock epochClock;
    NanoClock nanoClock;
    ErrorHandler errorHandler;
    ErrorHandler failureHandler;
    StageRecorder ringWait;
    StageRecorder journal;
    StageRecorder routeAndSend;
    ShardTransport transport;
    SharedSecret secret;
    LongSupplier nonces;
    String software;
    Path checkpointDirectory;
    long checkpointRecords;
    long checkpointIntervalNs;
    RetentionPolicy retention;

    /** Sets the group's number, the ring's places and the longest payload in bytes. */
    public PipelineContext sizes(final int group, final int capacity, final int payloadMax) {
        groupId = group;
        ringCapacity = capacity;
        payloadLengthMax = payloadMax;
        return this;
    }

    /** Sets how many message ids are remembered, and for how long. */
    public PipelineContext dedupe(final int entriesMax, final DedupeWindows windows) {
        dedupeEntriesMax = entriesMax;
        dedupeWindows = windows;
        return this;
    }

    /** Sets the wall clock and the monotonic clock. */
    public PipelineContext clocks(final EpochClock wall, final NanoClock nano) {
        epochClock = wall;
        nanoClock = nano;
        return this;
    }

    /**
     * Sets who is told of trouble.
     *
     * @param errors what the pipeline survives.
     * @param failures what ends it; called once.
     */
    public PipelineContext handlers(final ErrorHandler errors, final ErrorHandler failures) {
        errorHandler = errors;
        failureHandler = failures;
        return this;
    }

    /** Sets who takes the times of the stages. */
    public PipelineContext recorders(
            final StageRecorder ringWaitRecorder,
            final StageRecorder journalRecorder,
            final StageRecorder routeAndSendRecorder) {
        ringWait = ringWaitRecorder;
        journal = journalRecorder;
        routeAndSend = routeAndSendRecorder;
        return this;
    }

    /**
     * Sets how shards are reached.
     *
     * @param shards the transport.
     * @param shared what the engine and its shards share.
     * @param random random numbers that nobody can foresee.
     */
    public PipelineContext transport(
            final ShardTransport shards, final SharedSecret shared, final LongSupplier random) {
        transport = shards;
        secret = shared;
        nonces = random;
        return this;
    }

    /**
     * Sets where checkpoints are kept and when the next one is made.
     *
     * @param directory of their files; null when none are kept.
     * @param records after that many since the last one.
     * @param intervalNs or after that time, if there were any; nanoseconds.
     */
    public PipelineContext checkpoints(final Path directory, final long records, final long intervalNs) {
        checkpointDirectory = directory;
        checkpointRecords = records;
        checkpointIntervalNs = intervalNs;
        return this;
    }

    /** Sets how long what is kept, where checkpoints are kept. */
    public PipelineContext retention(final RetentionPolicy policy) {
        retention = policy;
        return this;
    }

    /** Sets the version that the term's record names. */
    public PipelineContext software(final String version) {
        software = version;
        return this;
    }
}
