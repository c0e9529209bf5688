package io.stentor.engine.pipeline;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import io.stentor.fanout.directory.CursorDirectory;
import io.stentor.fanout.directory.WatermarkDirectory;
import io.stentor.fanout.route.ControlReader;
import io.stentor.fanout.route.LiveShard;
import io.stentor.fanout.route.Router;
import io.stentor.fanout.route.RouterContext;
import io.stentor.journal.CheckpointStore;
import io.stentor.journal.Journal;
import io.stentor.journal.TopicIndex;
import io.stentor.transport.wire.RefusalCode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Wires the path of a message:
 *
 * <pre>
 *   entry ──► ring ──► sequence ──► journal ──► send ──► receipts
 *                         │            │          │
 *                       state      journal      router ──► one stream per shard
 *                                      │
 *                                      └──► views: index, directories ──► fetches, histories
 * </pre>
 *
 * <p>Built and started by one thread; afterwards each agent belongs to the thread that runs it.
 */
public final class DeliveryPipeline {

    private final PipelineContext context;
    private final Journal journal;
    private final StateCheckpoints<SequencingCheckpoint> stateCheckpoints;
    private final StateCheckpoints<DirectoriesCheckpoint> viewCheckpoints;
    private final TopicTable topics;
    private final SequencingState state;
    private final LogIdentity log;
    private final EngineClock clock;

    private final RingEntry entry;
    private final SequenceStep sequenceStep;
    private final JournalStep journalStep;
    private final SendStep sendStep;
    private final ReceiptStep receiptStep;

    private final Router router;
    private final PipelineShardLinks links;
    private final CommandBatch commands;
    private final StateQueries queries = new StateQueries();
    private final ControlReader control;

    private final DirectoriesCheckpoint directories;
    private final TopicIndex index;
    private final Map<String, Long> followers;
    private final HistoryDesk histories;
    private final ViewsAgent views;
    private final CheckpointAgent checkpoints;
    private final RetentionAgent retention;
    private final SendAgent sendAgent;

    /**
     * Rebuilds the state from the newest checkpoint and the journal after it, begins a new term and wires the steps. The term's record is journaled, not yet
     * forced: {@link #startSequence} says what must be before anyone is served.
     *
     * @param context the settings.
     * @param journal the log, open and owned by the caller.
     */
    public DeliveryPipeline(final PipelineContext context, final Journal journal) {
        this.context = context;
        this.journal = journal;
        this.stateCheckpoints = new StateCheckpoints<>(
                this::newSequencing, checkpointStore("sequencing", SequencingCheckpoint.KIND), journal);
        this.viewCheckpoints = new StateCheckpoints<>(
                DeliveryPipeline::newDirectories, checkpointStore("directories", DirectoriesCheckpoint.KIND), journal);
        this.state = stateCheckpoints.rebuildAll().state();
        if (journal.givenUp().stream().anyMatch(range -> range.endSequence() >= journal.lastSequence())) {
            state.skipLostTerms();
        }
        this.topics = state.topics();
        topics.restoreRouted();
        this.clock = new EngineClock(
                context.epochClock,
                context.nanoClock,
                state.lastTimestampNs(),
                steppedNs -> context.errorHandler.onError(new IllegalStateException(
                        "the wall clock was set by " + steppedNs / 1_000_000 + " ms; engine time does not follow")));
        this.log = openTerm();

        this.entry = new RingEntry(context.ringCapacity, context.payloadLengthMax);
        this.sequenceStep = new SequenceStep(state, clock, context.nanoClock, context.ringWait);
        this.journalStep = new JournalStep(journal.appender(), context.nanoClock, context.journal);
        this.links = new PipelineShardLinks(context.transport, context.payloadLengthMax);
        this.router = new Router(new RouterContext(
                context.groupId,
                log.logId(),
                log.term(),
                state.lastSequence(),
                context.payloadLengthMax,
                topics,
                () -> new JournalReplaySource(journal.newReader(), topics),
                links,
                context.secret,
                context.nonces,
                journal::syncedSequence,
                clock::timeNs));
        this.sendStep = new SendStep(router, context.nanoClock, context.routeAndSend);
        this.receiptStep = new ReceiptStep(journal, entry);

        this.commands = new CommandBatch(entry);
        final ShardDesk desk = new ShardDesk(entry, topics, commands, queries);
        desk.router(router);
        queries.router(router);
        this.control = new ControlReader(router, desk, context.nanoClock, context.errorHandler);

        this.directories = viewCheckpoints.load();
        final CursorDirectory cursors = directories.cursors();
        this.index = TopicIndex.open(journal, viewCheckpoints.sequence(), directories::onRecord, context.errorHandler);
        final TopicReader topicReader =
                new TopicReader(index, journal, topics, new LossCheck(index, journal.givenUp()), context.errorHandler);
        catchUp(index);
        this.followers = cursors.cursorsOf(CursorDirectory.FOLLOWER_USER);
        this.histories = new HistoryDesk(topics, topicReader, log);
        this.views = new ViewsAgent(
                index,
                new FetchDesk(context.transport.fetches(), topics, topicReader, cursors, log, context.errorHandler),
                histories,
                links,
                context.failureHandler);
        this.checkpoints = new CheckpointAgent(
                List.of(stateCheckpoints, viewCheckpoints),
                journal,
                context.nanoClock,
                context.checkpointRecords,
                context.checkpointIntervalNs,
                context.errorHandler);
        this.retention = new RetentionAgent(
                journal, topics, entry, this::trimmableSequence, checkpoints::want, clock::timeNs, context);
        this.sendAgent = new SendAgent(this, context);
    }

    /**
     * The agents of the path, in its order.
     *
     * @param dedicated true for one agent per step, each to be run by a thread of its own; false for one agent that runs
     *     them all.
     */
    public List<Agent> pathAgents(final boolean dedicated) {
        final RingBuffer<Slot> ring = entry.ring();
        if (!dedicated) {
            final EventPoller<Slot> poller = ring.newPoller();
            ring.addGatingSequences(poller.getSequence());
            return List.of(new PathAgent(
                    "pipeline",
                    new StepAgent(
                            "pipeline",
                            poller,
                            context.failureHandler,
                            new TopicsStep(topics),
                            sequenceStep,
                            journalStep,
                            sendStep,
                            receiptStep),
                    sendAgent));
        }
        final EventPoller<Slot> sequencePoller = ring.newPoller();
        final EventPoller<Slot> journalPoller = ring.newPoller(sequencePoller.getSequence());
        final EventPoller<Slot> sendPoller = ring.newPoller(journalPoller.getSequence());
        ring.addGatingSequences(sendPoller.getSequence());
        return List.of(
                new StepAgent("sequence", sequencePoller, context.failureHandler, new TopicsStep(topics), sequenceStep),
                new StepAgent("journal", journalPoller, context.failureHandler, journalStep),
                new PathAgent(
                        "send",
                        new StepAgent(
                                "send",
                                sendPoller,
                                context.failureHandler,
                                new TopicsStep(topics),
                                sendStep,
                                receiptStep),
                        sendAgent));
    }

    /** The agents that follow the journal beside the path. */
    public List<Agent> besideAgents() {
        if (context.checkpointDirectory == null) {
            return List.of(views, index.writeAgent());
        }
        return List.of(views, new HousekeepingAgent(index.writeAgent(), checkpoints, retention));
    }

    /** Says how far each follower of the log has got, by name, so that it finds what it has not read. Called before the agents run. */
    public void pins(final Supplier<Map<String, Long>> handledSequences) {
        retention.followers(handledSequences);
    }

    /** The sequence of the term's record: it must be forced before anyone is served. */
    public long startSequence() {
        return router.routedSequence();
    }

    /** The way into the ring. */
    public RingEntry entry() {
        return entry;
    }

    /** The topics. */
    public TopicTable topics() {
        return topics;
    }

    /** Which log this is and which term. */
    public LogIdentity log() {
        return log;
    }

    /** Questions to the shards. */
    public StateQueries queries() {
        return queries;
    }

    /** Reads of single topics. */
    public HistoryDesk histories() {
        return histories;
    }

    /** How far each follower of the log had got when the pipeline was built, by name. */
    public Map<String, Long> followers() {
        return followers;
    }

    /** The shards that are attached now. Any thread. */
    public List<LiveShard> liveShards() {
        return router.liveShards();
    }

    /** How many attaches of shards were refused for that reason. Any thread. */
    public long shardsRefused(final RefusalCode code) {
        return router.refused(code);
    }

    /** How many messages came from connections that are no shard's. Any thread. */
    public long strayShardMessages() {
        return router.strangers();
    }

    /** Takes nothing more. What is in the ring goes its way. */
    public void refuseAll() {
        entry.close();
    }

    /** True when everything in the ring has gone through all steps. Any thread; a moment's truth. */
    public boolean isDrained() {
        return entry.ring().remainingCapacity() == context.ringCapacity;
    }

    /**
     * Writes what the agents have left in memory, so that the next start has little to read and nothing to replay: the index of
     * what is not sealed, and a checkpoint, unless there is little to replay or the state is large. Called when they have stopped and
     * the journal is forced.
     */
    public void finish() {
        try {
            index.finish();
            if (context.checkpointDirectory == null) {
                return;
            }
            if (stateCheckpoints.isCheapAt(state.lastSequence())) {
                stateCheckpoints.write(new SequencingCheckpoint(state), state.lastSequence());
            }
            if (viewCheckpoints.isCheapAt(index.indexedSequence())) {
                viewCheckpoints.write(directories, index.indexedSequence());
            }
        } catch (final RuntimeException failure) {
            context.errorHandler.onError(failure);
        }
    }

    /** Releases what the views have read of the journal. Called when the agents have stopped, the last thing of all. */
    public void close() {
        index.close();
    }

    Journal journal() {
        return journal;
    }

    Router router() {
        return router;
    }

    ControlReader control() {
        return control;
    }

    ReceiptStep receipts() {
        return receiptStep;
    }

    CommandBatch commands() {
        return commands;
    }

    /** The record before which neither a start nor the index needs anything. */
    private long trimmableSequence() {
        return Math.min(
                Math.min(stateCheckpoints.safeSequence(), viewCheckpoints.safeSequence()), index.indexedSequence() + 1);
    }

    private CheckpointStore checkpointStore(final String name, final int kind) {
        return context.checkpointDirectory == null
                ? null
                : new CheckpointStore(context.checkpointDirectory, name, kind, journal.logId(), context.errorHandler);
    }

    private SequencingCheckpoint newSequencing() {
        final SequencingState empty =
                new SequencingState(new TopicTable(), context.dedupeEntriesMax, context.dedupeWindows, context.groupId);
        return new SequencingCheckpoint(journal.givenUp().isEmpty() ? empty : empty.recordsGivenUp());
    }

    private static DirectoriesCheckpoint newDirectories() {
        return new DirectoriesCheckpoint(new CursorDirectory(), new WatermarkDirectory());
    }

    private LogIdentity openTerm() {
        final UnsafeBuffer record =
                state.openTerm(journal.logId(), clock.advance(), context.epochClock.time(), context.software);
        journal.appender().append(record, 0, record.capacity());
        journal.appender().commit();
        return new LogIdentity(journal.logId(), state.term(), context.groupId);
    }

    private static void catchUp(final TopicIndex index) {
        while (index.poll(1024) > 0) {
            // Reads on until the journal's end.
        }
    }
}
