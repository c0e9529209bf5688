package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.SessionPort;
import io.stentor.transport.gateway.SessionSink;
import io.stentor.transport.wire.RefusalCode;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * A connection shard: it follows the engine's chain of frames and hands each message to the sessions of its topic. One
 * thread, that of its {@link #doWork()}; {@link #open} and {@link #notReadyReason()} may be called from any.
 *
 * <p>It holds only what can be rebuilt. When the chain breaks it attaches again after the last frame that it is sure of; when
 * it cannot tell a client what it missed, it says so.
 */
public final class Shard implements Agent, SessionPort {

    /** Commands carried out in one duty cycle, so that a burst of them does not hold the chain up. */
    private static final int COMMANDS_PER_CYCLE = 256;

    /** Fragments of the chain in one duty cycle: at 8 KiB each, 256 KiB. */
    private static final int LIVE_FRAGMENTS_PER_CYCLE = 32;

    /** Fragments of pages in one duty cycle: fewer, so that recoveries never outrun live messages. */
    private static final int PAGE_FRAGMENTS_PER_CYCLE = 8;

    /** How often timers are looked at, in nanoseconds: 1 ms, a tenth of the shortest that they measure. */
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final String CLOSED = "closed";

    private final ShardContext context;
    private final NanoClock nanoClock;
    private final CommandQueue commands;
    private final Parts parts;
    private final FanOut fanOut;
    private final Subscribing subscribing;
    private final Submits submits;
    private final Signals signals;
    private final StateAnswers answers;
    private final Draining draining;
    private final SessionCommands sessionCommands;
    private final LiveReader liveReader;
    private final PagesReader pagesReader;
    private long tickAtNs;

    /** Written by the shard's thread, read by any. */
    private volatile boolean closed;

    /**
     * A shard; it attaches to the engine by its duty cycle.
     *
     * @param context its settings, concluded here.
     */
    public Shard(final ShardContext context) {
        this.context = context.conclude();
        this.nanoClock = context.nanoClock();
        this.commands = new CommandQueue(context.commandQueueCapacity());
        this.parts = new Parts(context);
        this.fanOut = new FanOut(parts, context);
        this.subscribing = new Subscribing(parts, context);
        this.submits = new Submits(parts);
        this.signals = new Signals(parts.control, parts.topics, context.shardId());
        this.answers = new StateAnswers(parts, context);
        this.draining = new Draining(parts.sessions, parts.chain, context.random());
        final Histories histories = new Histories(parts, context);
        this.sessionCommands = new SessionCommands(parts, subscribing, submits, histories, signals, draining);
        final SessionControls controls = new SessionControls(parts.sessions, subscribing, parts.subscriptions);
        final Asides asides =
                new Asides(submits, controls, answers, signals, draining, parts.clock, context.errorHandler());
        this.liveReader = new LiveReader(parts, context, fanOut, subscribing, asides);
        this.pagesReader = new PagesReader(context.pages(), parts.fetches, parts.chain, context.errorHandler());
        parts.attachment.listener(new Continuity(parts, fanOut, submits, answers));
        this.tickAtNs = parts.clock.nanoTime();
    }

    @Override
    public int doWork() {
        final long nowNs = nanoClock.nanoTime();
        parts.clock.update(nowNs);
        int work = commands.drain(sessionCommands, COMMANDS_PER_CYCLE);
        work += liveReader.poll(LIVE_FRAGMENTS_PER_CYCLE);
        work += pagesReader.poll(PAGE_FRAGMENTS_PER_CYCLE);
        work += fanOut.doWork();
        work += parts.catchUp.doWork();
        work += parts.attachment.doWork(nowNs, parts.sessions.size(), draining.isDraining());
        if (parts.attachment.isAttached()) {
            work += parts.topics.announce();
            work += answers.doWork();
        }
        if (tickAtNs - nowNs <= 0) {
            tickAtNs = nowNs + TICK_NS;
            work += tick(nowNs);
        }
        work += parts.sessions.doWork(sessionCommands);
        work += parts.fetches.doWork(nowNs);
        return work + parts.control.flush();
    }

    @Override
    public String roleName() {
        return "shard-" + context.shardId();
    }

    /** Ends all sessions with {@link Disconnect#SHUTDOWN} and takes leave of the engine; the streams are left open. */
    @Override
    public void onClose() {
        closed = true;
        commands.close();
        parts.sessions.endAll(Disconnect.SHUTDOWN);
        parts.sessions.doWork(sessionCommands);
        if (parts.attachment.isAttached()) {
            parts.acks.tick(nanoClock.nanoTime());
            parts.control.detach();
        }
        parts.control.flush();
    }

    @Override
    public ClientSession open(final SessionSink sink) {
        return new Session(commands, parts.sessions, sink);
    }

    @Override
    public void drain() {
        draining.refuse();
    }

    @Override
    public String notReadyReason() {
        if (closed) {
            return CLOSED;
        }
        final String reason = parts.attachment.notReadyReason();
        return reason == null && draining.isDraining() ? "draining" : reason;
    }

    /** Why the engine has refused the last attach; null when it has not. Any thread. */
    public RefusalCode refusal() {
        return parts.attachment.refusal();
    }

    /**
     * How many subscriptions were ended with code 2500, since their client does not read fast enough or the shard cannot prove
     * that nothing is missing: they come back with their position. Any thread.
     */
    public long subscriptionsBehind() {
        return parts.subscriptions.behind();
    }

    private int tick(final long nowNs) {
        if (commands.takeSweep()) {
            parts.sessions.sweep();
        }
        int work = parts.subscriptions.tick(nowNs);
        work += subscribing.tick(nowNs);
        work += submits.tick(nowNs);
        work += draining.tick(nowNs);
        if (parts.attachment.isAttached()) {
            work += parts.topics.expire(nowNs);
            work += parts.acks.tick(nowNs);
            work += signals.tick(nowNs);
        }
        return work;
    }
}
