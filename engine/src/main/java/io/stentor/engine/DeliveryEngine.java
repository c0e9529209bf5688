package io.stentor.engine;

import io.stentor.engine.pipeline.DedupeWindows;
import io.stentor.engine.pipeline.DeliveryPipeline;
import io.stentor.engine.pipeline.FollowerCursor;
import io.stentor.engine.pipeline.HistoryDesk;
import io.stentor.engine.pipeline.PipelineContext;
import io.stentor.engine.pipeline.StateQueries;
import io.stentor.fanout.route.LiveShard;
import io.stentor.journal.ChronicleJournal;
import io.stentor.journal.GivenUp;
import io.stentor.journal.HeapJournal;
import io.stentor.journal.Journal;
import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.JournalException;
import io.stentor.journal.JournalFiles;
import io.stentor.journal.JournalReader;
import io.stentor.transport.aeron.AeronClient;
import io.stentor.transport.aeron.EmbeddedDriver;
import io.stentor.transport.gateway.SessionPort;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.RefusalCode;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;

/**
 * A delivery engine in the application's process: takes a message once, makes it last, and gets it to everyone who should
 * have it. Any thread may call it.
 *
 * <p>The first thing that goes wrong for good ends the engine: publishers are refused, {@link #failure()} says why, and
 * nothing that was not journaled has been sent to anyone.
 */
public final class DeliveryEngine implements AutoCloseable {

    /** Room for records of a {@link JournalKind#HEAP} journal, in bytes: 1 GiB. */
    private static final long HEAP_JOURNAL_BYTES = 1L << 30;

    /** How long the first force, or the last one, may take: longer means that the disk is in trouble. */
    private static final long FORCE_DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    /**
     * How long a thread beside the path rests at a time, in nanoseconds: it bounds how far views and followers are behind the
     * journal. Parks as short as the path's made six threads take the processors from the path 30,000 times a second.
     */
    private static final long REST_NS = TimeUnit.MICROSECONDS.toNanos(500);

    /** How long a thread rests that is woken for everything that it has to do, in nanoseconds. */
    private static final long WOKEN_REST_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** After so long without a force the disk is in trouble: hundreds of intervals, and less than a load balancer waits. */
    private static final long FORCE_STALLED_NS = TimeUnit.SECONDS.toNanos(10);

    /** How long {@link #close} waits for what is in the ring. */
    private static final long DRAIN_DEADLINE_NS = TimeUnit.SECONDS.toNanos(10);

    private final EngineContext context;
    private final StageTimers stageTimers = new StageTimers();
    private final Journal journal;
    private final EmbeddedDriver driver;
    private final AeronClient client;
    private final AeronShardTransport shardTransport;
    private final DeliveryPipeline pipeline;

    /** Null when the engine has no embedded shard, as is the shard. */
    private final AeronClient shardClient;

    private final EmbeddedShard shard;
    private final WakeableIdleStrategy receiptsIdle = new WakeableIdleStrategy(WOKEN_REST_NS);
    private final EngineThreads journalThreads;
    private final EngineThreads threads;
    private final String epoch;
    private final List<Publisher> publishers = new CopyOnWriteArrayList<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final Map<String, Long> followed;
    private volatile String shardsEndpoint;
    private volatile String embeddedAddress = "";
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private DeliveryEngine(final EngineContext context, final Function<EngineContext, Journal> journals) {
        this.context = context;
        this.journal = journals.apply(context);
        final Opened opened = new Opened();
        opened.add(journal);
        try {
            this.journalThreads = new EngineThreads(context.threadingMode(), context.errorHandler(), this::onFailure);
            this.threads = new EngineThreads(context.threadingMode(), context.errorHandler(), this::onFailure);
            opened.add(journalThreads::stopAll);
            journal.backgroundAgents().forEach(agent -> journalThreads.startAndKeep(agent, besidePath()));
            this.driver = opened.add(new EmbeddedDriver(
                    AeronDirectories.directoryOf(context),
                    context.shards().embedded() ? EmbeddedShard.streamsLength() : 0,
                    context.errorHandler()));
            this.client = opened.add(driver.connect(context.errorHandler()));
            this.shardTransport = new AeronShardTransport(context, driver, client);
            this.pipeline = new DeliveryPipeline(pipelineContext(), journal);
            this.followed = new ConcurrentHashMap<>(pipeline.followers());
            pipeline.pins(this::handledSequences);
            this.epoch = Epoch.format(pipeline.log().logId(), pipeline.log().term());
            journal.requestForce(pipeline.startSequence());
            if (!await(() -> journal.syncedSequence() >= pipeline.startSequence(), FORCE_DEADLINE_NS)) {
                throw new EngineException("the journal in " + context.directory() + " could not be forced to the device"
                        + " within " + TimeUnit.NANOSECONDS.toSeconds(FORCE_DEADLINE_NS) + " s");
            }
            if (context.shards().embedded()) {
                this.shardClient = opened.add(driver.connect(context.errorHandler()));
                this.shard = new EmbeddedShard(context, shardClient, stageTimers.shardListener(), this::onFailure);
            } else {
                this.shardClient = null;
                this.shard = null;
            }
            opened.keep();
        } finally {
            opened.close();
        }
        start();
    }

    /**
     * Launches an engine: opens the journal, rebuilds what it knows from it, and starts its threads.
     *
     * @param context the settings; fixed from here on.
     * @return the running engine.
     * @throws IllegalArgumentException when a setting makes no sense, naming it.
     * @throws EngineException when the engine cannot start, saying what and where. When the journal is damaged the cause is a
     *     {@link JournalDamagedException}, which says what {@link EngineContext#acceptLoss} would give up.
     */
    public static DeliveryEngine launch(final EngineContext context) {
        return launch(context, DeliveryEngine::openJournal);
    }

    /** As {@link #launch(EngineContext)}, with a journal of the caller's making, which the engine closes. */
    static DeliveryEngine launch(final EngineContext context, final Function<EngineContext, Journal> journals) {
        JvmFlags.check();
        try {
            return new DeliveryEngine(context.conclude(), journals);
        } catch (final JournalDamagedException damage) {
            // A sealed file is read for the first time when a state is rebuilt from it.
            final JournalDamagedException found = context.journalKind() == JournalKind.HEAP
                    ? damage
                    : JournalFiles.of(context.directory()).examine(damage);
            throw new EngineException(found.getMessage(), found);
        }
    }

    /**
     * A topic to publish to.
     *
     * @param name 1 to 255 printable ASCII characters.
     * @throws IllegalArgumentException when the name is not valid.
     */
    public Topic topic(final String name) {
        return new Topic(pipeline.topics().intern(name));
    }

    /** A publisher for one thread that asks for no receipts but those of {@link Publisher#publish}. */
    public Publisher newPublisher() {
        return newPublisher(null);
    }

    /**
     * A publisher for one thread.
     *
     * @param listener is told what became of every message; null for nobody.
     */
    public Publisher newPublisher(final ReceiptListener listener) {
        final Publisher publisher =
                new Publisher(pipeline.entry(), context.nanoClock(), epoch, listener, receiptsIdle::wake);
        publishers.add(publisher);
        return publisher;
    }

    /**
     * Attaches a session in this process.
     *
     * @param user the account.
     * @param device the installation, which owns the cursor; empty for a session that acknowledges nothing.
     * @param handler is given what arrives.
     * @throws IllegalStateException when the engine has no embedded shard.
     */
    public EngineSession attach(final String user, final String device, final SessionHandler handler) {
        return new EngineSession(sessions(), user, device, handler);
    }

    /**
     * Follows the log under a name. It continues after what this name has handled before; {@code fromSequence} counts only
     * the first time, or to go on behind what was removed before the follower could handle it.
     *
     * @param name the follower's name, 1 to 255 characters.
     * @param fromSequence where to begin; 1 for the beginning of the log.
     * @param handler is given every message.
     * @throws EngineException when what the follower has not handled was removed, naming the first sequence that is retained.
     */
    public synchronized Follower follow(final String name, final long fromSequence, final FollowHandler handler) {
        if (name.isEmpty() || name.length() > 255) {
            throw new IllegalArgumentException("a follower's name has 1 to 255 characters, not " + name.length());
        }
        if (followers.stream().anyMatch(follower -> follower.roleName().equals("follow-" + name))) {
            throw new IllegalArgumentException("a follower named " + name + " runs already");
        }
        final long handled = followed.getOrDefault(name, 0L);
        final long first = journal.firstSequence();
        if (handled > 0 && handled + 1 < first && fromSequence < first) {
            throw new EngineException("follower " + name + " has handled the log up to " + handled
                    + ", and it begins at " + first + " now: what lies between was removed; follow from " + first
                    + " to go on without it");
        }
        final long begin = Math.max(handled > 0 ? handled + 1 : fromSequence, first);
        final JournalReader reader = journal.newReader();
        reader.seek(begin);
        final FollowerCursor cursor = new FollowerCursor(pipeline.entry(), name, begin - 1, context.nanoClock());
        for (final GivenUp range : journal.givenUp()) {
            if (begin <= Math.min(range.lastSequence(), range.endSequence() + 1)) {
                context.errorHandler()
                        .onError(new EngineException("follower " + name + " goes on at record " + begin
                                + " and does not get records " + range.firstSequence() + ".." + range.lastSequence()
                                + ": they were given up"));
            }
        }
        final Follower follower = new Follower(name, reader, pipeline.topics(), cursor, handler);
        final AutoCloseable running = threads.start(follower, besidePath());
        follower.closer(() -> {
            if (followers.remove(follower)) {
                CloseHelper.close(context.errorHandler(), running);
                followed.put(name, follower.handledSequence());
            }
        });
        followers.add(follower);
        return follower;
    }

    /**
     * Lets an engine with {@link ThreadingMode#INVOKER} work once on the caller's thread.
     *
     * @return how much was done; always 0 in the other modes.
     */
    public int doWork() {
        return journalThreads.invoke() + threads.invoke();
    }

    /** How long messages spend in each stage. */
    public StageTimers stageTimers() {
        return stageTimers;
    }

    /** What a client holds beside an offset: the log and the term of this start. */
    public String epoch() {
        return epoch;
    }

    /** The sequence of the last record that was journaled. */
    public long journaledSequence() {
        return journal.lastSequence();
    }

    /** The sequence of the last record that was forced to the device. */
    public long syncedSequence() {
        return journal.syncedSequence();
    }

    /** What an operator watches of the journal. Any thread; a moment's truth. */
    public JournalStatus journalStatus() {
        return JournalStatus.of(journal);
    }

    /** The longest payload, in bytes. */
    public int payloadLengthMax() {
        return context.payloadLengthMax();
    }

    /** What has ended the engine; null while it runs. */
    public Throwable failure() {
        return failure.get();
    }

    /**
     * Why the engine cannot take messages now.
     *
     * @return a reason in words, or null when it can.
     */
    public String notReadyReason() {
        final Throwable failed = failure.get();
        if (failed != null) {
            return "the engine has failed: " + failed.getMessage();
        }
        if (closed.get()) {
            return "the engine is closed";
        }
        if (journal.belowReserve()) {
            return "the disk is down to its reserve";
        }
        final long unsyncedAgeNs = journal.unsyncedAgeNs();
        return unsyncedAgeNs > FORCE_STALLED_NS
                ? "the disk has forced nothing for " + TimeUnit.NANOSECONDS.toSeconds(unsyncedAgeNs) + " s"
                : shard == null ? null : shard.shard().notReadyReason();
    }

    /**
     * Sessions of the embedded shard, for a gateway.
     *
     * @throws IllegalStateException when the engine has none.
     */
    public SessionPort sessions() {
        if (shard == null) {
            throw new IllegalStateException("this engine has no embedded shard: sessions are held by other processes");
        }
        return shard.shard();
    }

    /** The shards that are attached now, the embedded one among them. Any thread; a moment's truth. */
    public List<LiveShard> liveShards() {
        return pipeline.liveShards().stream()
                .map(live -> live.id() == EmbeddedShard.SHARD_ID ? live.at(embeddedAddress) : live)
                .toList();
    }

    /** How many attaches of shards were refused for that reason since the launch. Any thread. */
    public long shardsRefused(final RefusalCode code) {
        return pipeline.shardsRefused(code);
    }

    /** How many messages came from connections that are no shard's, since the launch; they were dropped. Any thread. */
    public long strayShardMessages() {
        return pipeline.strayShardMessages();
    }

    /** Says at which URL clients reach the embedded shard's WebSocket, once a gateway listens; empty for none. */
    public void embeddedAddress(final String value) {
        embeddedAddress = value;
    }

    /** HOST:PORT on which shards are listened for, with the port that the system has chosen; null for none. */
    public String shardsEndpoint() {
        return shardsEndpoint;
    }

    /** Questions to the shards, for an API. */
    public StateQueries shardQueries() {
        return pipeline.queries();
    }

    /** Reads of single topics, for an API. */
    public HistoryDesk histories() {
        return pipeline.histories();
    }

    /**
     * Closes the engine in good order: nothing more is taken, what is in the ring goes its way, the journal is forced.
     * Idempotent.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (final Follower follower : followers) {
            follower.close();
        }
        pipeline.refuseAll();
        if (failure.get() == null) {
            await(pipeline::isDrained, DRAIN_DEADLINE_NS);
            journal.requestForce(journal.lastSequence());
            await(() -> journal.syncedSequence() >= journal.lastSequence(), FORCE_DEADLINE_NS);
        }
        threads.stopAll();
        if (failure.get() == null) {
            pipeline.finish();
        }
        pipeline.close();
        publishers.forEach(Publisher::poll);
        publishers.forEach(Publisher::close);
        journalThreads.stopAll();
        CloseHelper.closeAll(context.errorHandler(), shardClient, client, driver, journal);
    }

    private void start() {
        threads.startAndKeep(new ReceiptsAgent(publishers), receiptsIdle);
        final List<Agent> path = pipeline.pathAgents(context.threadingMode() == ThreadingMode.DEDICATED);
        path.forEach(agent -> threads.startAndKeep(agent, onPath()));
        pipeline.besideAgents().forEach(agent -> threads.startAndKeep(agent, besidePath()));
        if (context.shards().endpoint() != null && !await(this::knowsShardsEndpoint, FORCE_DEADLINE_NS)) {
            close();
            throw new EngineException(
                    "the port for shards did not open on " + context.shards().endpoint());
        }
        if (shard == null) {
            return;
        }
        threads.startAndKeep(shard.agent(), onPath());
        if (!await(() -> shard.shard().notReadyReason() == null, FORCE_DEADLINE_NS)) {
            final String reason = shard.shard().notReadyReason();
            close();
            throw new EngineException("the embedded shard did not become ready: " + reason);
        }
    }

    private boolean knowsShardsEndpoint() {
        shardsEndpoint = shardTransport.endpoint();
        return shardsEndpoint != null;
    }

    private IdleStrategy onPath() {
        return context.idleStrategy().get();
    }

    private static IdleStrategy besidePath() {
        return new SleepingIdleStrategy(REST_NS);
    }

    private PipelineContext pipelineContext() {
        return new PipelineContext()
                .sizes(context.groupId(), context.ringCapacity(), context.payloadLengthMax())
                .dedupe(
                        context.dedupeEntriesMax(),
                        new DedupeWindows(context.dedupeWindowLongNs(), context.dedupeWindowShortNs()))
                .clocks(context.epochClock(), context.nanoClock())
                .handlers(context.errorHandler(), this::onFailure)
                .recorders(
                        stageTimers.ringWaitRecorder(),
                        stageTimers.journalRecorder(),
                        stageTimers.routeAndSendRecorder())
                .transport(shardTransport, context.shards().newSecret(), new SecureRandom()::nextLong)
                .checkpoints(
                        context.journalKind() == JournalKind.HEAP
                                ? null
                                : context.directory().resolve("checkpoints"),
                        context.checkpointRecords(),
                        context.checkpointIntervalNs())
                .retention(context.retentionPolicy())
                .software(Version.text());
    }

    /** How far each follower has got, by name, whether it runs now or not. Any thread. */
    private Map<String, Long> handledSequences() {
        final Map<String, Long> handled = new HashMap<>(followed);
        followers.forEach(follower -> handled.merge(follower.name(), follower.handledSequence(), Math::max));
        return handled;
    }

    private void onFailure(final Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            if (pipeline != null) {
                pipeline.refuseAll();
            }
            publishers.forEach(Publisher::close);
            context.failureHandler().onError(cause);
        }
    }

    private boolean await(final BooleanSupplier condition, final long deadlineNs) {
        final long startNs = context.nanoClock().nanoTime();
        while (!condition.getAsBoolean()) {
            if (failure.get() != null || context.nanoClock().nanoTime() - startNs > deadlineNs) {
                return false;
            }
            if (journalThreads.isInvoked()) {
                doWork();
            } else {
                LockSupport.parkNanos(100_000);
            }
        }
        return true;
    }

    private static Journal openJournal(final EngineContext context) {
        if (context.journalKind() == JournalKind.HEAP) {
            return new HeapJournal(
                    Math.max(1, context.nanoClock().nanoTime()), HEAP_JOURNAL_BYTES, context.errorHandler());
        }
        try {
            return ChronicleJournal.open(context.journalContext());
        } catch (final JournalException ex) {
            throw new EngineException(ex.getMessage(), ex);
        }
    }
}
