package io.stentor.fanout.shard;

import io.stentor.transport.wire.InterestOp;
import io.stentor.transport.wire.RefusalCode;
import io.stentor.transport.wire.SharedSecret;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.agrona.ErrorHandler;

/**
 * The shard's side of the attach dialogue, and the watch over it. One thread, the shard's; {@link #notReadyReason} may be
 * read by any.
 *
 * <pre>
 *   DETACHED -> CHALLENGING:   it is time to try, and the control stream has a reader: Attach
 *   CHALLENGING -> ANNOUNCING: Challenge, whose proof holds: Prove
 *   CHALLENGING -> DETACHED:   Refused, or no answer in time
 *   ANNOUNCING -> AWAITING:    the whole interest set is said: InterestComplete
 *   AWAITING -> ATTACHED:      StreamStart
 *   AWAITING -> DETACHED:      Truncated, Refused, or no answer in time
 *   ATTACHED -> DETACHED:      a frame does not follow, the engine is silent, a stream has ended
 * </pre>
 *
 * <p>Behind the challenge only the connection on which it came counts: the engine of an earlier attach may still be heard.
 * <p>Frames count in {@code ATTACHED} only, so nothing is ever delivered past a break.
 */
final class Attachment {

    /** What a change of the attachment means to the rest of the shard. */
    interface Listener {

        /** The chain is over; nothing more comes until the next start. */
        void onDetached();

        /**
         * A chain begins.
         *
         * @param continuous true when it goes on where the last one ended, at most with repeats.
         * @param newTerm true when the engine has begun a term since the last chain.
         */
        void onAttached(boolean continuous, boolean newTerm);

        /** The log ends before the shard's position. */
        void onTruncated(long logId, long term, long sequence);
    }

    private enum State {
        DETACHED,
        CHALLENGING,
        ANNOUNCING,
        AWAITING,
        ATTACHED
    }

    /** No connection has this id. */
    private static final long NOBODY = 0;

    private static final String NOT_ATTACHED = "not attached to the engine";

    /** The shortest time between two attaches, in nanoseconds: 100 ms, one heartbeat of the engine; half as much is jitter. */
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The same after a refusal, in nanoseconds: 1 s, since an operator has to change something first. */
    private static final long REFUSED_RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    /**
     * How long an attach may wait for its challenge, in nanoseconds: 2 s. Longer than it takes to open a stream on a busy
     * machine; an attach that was lost because the engine had just lost sight of this shard costs no more.
     */
    private static final long CHALLENGE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);

    /** Interests said in one duty cycle of an attach; some 64 KiB of control messages. */
    private static final int INTERESTS_PER_CYCLE = 1024;

    private final ShardContext context;
    private final Chain chain;
    private final TopicTable topics;
    private final ControlStream control;
    private final RandomGenerator random;
    private final ErrorHandler errorHandler;
    private Listener listener;
    private State state = State.DETACHED;
    private long attachNonce;
    private long engineNonce;
    private long sourceId;
    private int announced;
    private boolean proofSaid;
    private boolean attempted;
    private long retryAtNs;
    private long heardNs;
    private long awaitedSinceNs;
    private long heartbeatAtNs;
    private boolean drainingSaid;
    private long nowNs;
    private int payloadLengthMax;

    /** Written by the shard's thread, read by any. */
    private volatile String notReadyReason = NOT_ATTACHED;

    /** Written by the shard's thread, read by any. */
    private volatile RefusalCode refusal;

    Attachment(final ShardContext context, final Chain chain, final TopicTable topics, final ControlStream control) {
        this.context = context;
        this.chain = chain;
        this.topics = topics;
        this.control = control;
        this.random = context.random();
        this.errorHandler = context.errorHandler();
        this.payloadLengthMax = control.payloadLengthMax();
    }

    void listener(final Listener listener) {
        this.listener = listener;
    }

    String notReadyReason() {
        return notReadyReason;
    }

    /** Why the engine has refused the last attach; null when it has not. Any thread. */
    RefusalCode refusal() {
        return refusal;
    }

    boolean isAttached() {
        return state == State.ATTACHED;
    }

    /** True for the connection of the engine that has proven itself in the present attach. */
    boolean isOf(final long source) {
        return sourceId == source;
    }

    /** What the fetches of this attachment carry. */
    long ticket() {
        return engineNonce;
    }

    /** The longest payload that the engine takes, in bytes. */
    int payloadLengthMax() {
        return payloadLengthMax;
    }

    /** Takes note that the engine said something. */
    void heard(final long nowNs) {
        heardNs = nowNs;
    }

    /** Goes on with the dialogue, sends heartbeats and watches the engine's. */
    int doWork(final long nowNs, final int sessions, final boolean draining) {
        this.nowNs = nowNs;
        if (control.takeLost()) {
            brokenBy("the control stream has no reader");
        }
        return switch (state) {
            case DETACHED -> begin();
            case CHALLENGING -> await(Math.min(CHALLENGE_TIMEOUT_NS, context.engineTimeoutNs()));
            case AWAITING -> await(context.engineTimeoutNs());
            case ANNOUNCING -> announce();
            case ATTACHED -> watch(sessions, draining);
        };
    }

    /** The chain cannot be followed further. */
    void broken(final String why) {
        if (state == State.ATTACHED) {
            errorHandler.onError(new IllegalStateException(
                    "shard " + context.shardId() + " attaches again after sequence " + chain.sequence() + ": " + why));
        }
        brokenBy(why);
    }

    /** The engine has answered the attach of that nonce on a connection. */
    void onChallenge(final long source, final long nonce, final long nonceOfEngine, final byte[] proof) {
        if (state != State.CHALLENGING || nonce != attachNonce) {
            return;
        }
        if (!SharedSecret.same(context.secret().ofChallenge(attachNonce, nonceOfEngine, context.shardId()), proof)) {
            final String reason = "what answers is no engine that knows the secret";
            errorHandler.onError(new IllegalStateException("shard " + context.shardId() + ": " + reason));
            detach(NOT_ATTACHED + ": " + reason, REFUSED_RETRY_NS);
            return;
        }
        sourceId = source;
        engineNonce = nonceOfEngine;
        proofSaid = false;
        announced = 0;
        topics.beginAttach();
        state = State.ANNOUNCING;
    }

    void onStreamStart(
            final long logId,
            final long term,
            final long sequence,
            final long syncedSequence,
            final long incarnation,
            final int payloadLengthMax) {
        if (incarnation != context.incarnation() || state != State.AWAITING) {
            return;
        }
        final boolean continuous = chain.logId() == logId && sequence <= chain.sequence() && term >= chain.term();
        final boolean newTerm = term != chain.term();
        if (chain.logId() != 0 && chain.logId() != logId) {
            listener.onTruncated(logId, term, 0);
        }
        chain.start(logId, term, sequence, syncedSequence);
        this.payloadLengthMax = Math.min(payloadLengthMax, control.payloadLengthMax());
        state = State.ATTACHED;
        heardNs = nowNs;
        heartbeatAtNs = nowNs;
        notReadyReason = null;
        refusal = null;
        listener.onAttached(continuous, newTerm);
        topics.endAttach();
    }

    void onTruncated(final long logId, final long term, final long sequence, final long incarnation) {
        if (incarnation != context.incarnation() || (state != State.AWAITING && state != State.ATTACHED)) {
            return;
        }
        brokenBy("the log ends at sequence " + sequence);
        if (logId == chain.logId() && sequence >= chain.sequence()) {
            // The position is in the log, but what follows it is no longer kept: go on without a position.
            chain.truncate(logId, chain.term(), 0);
        } else {
            listener.onTruncated(logId, term, sequence);
            chain.truncate(logId, term, sequence);
        }
        retryAtNs = nowNs;
    }

    void onRefused(final long nonce, final RefusalCode code, final String detail) {
        if (nonce != attachNonce || state == State.DETACHED || state == State.ATTACHED) {
            return;
        }
        final String reason = "the engine refused the attach: " + code + (detail.isEmpty() ? "" : ", " + detail);
        errorHandler.onError(new IllegalStateException("shard " + context.shardId() + ": " + reason));
        refusal = code;
        detach(reason, REFUSED_RETRY_NS);
    }

    private int begin() {
        if ((attempted && retryAtNs - nowNs > 0) || !control.isConnected()) {
            return 0;
        }
        attachNonce = random.nextLong();
        if (!control.attach(context, chain, attachNonce)) {
            return 0;
        }
        sourceId = NOBODY;
        attempted = true;
        state = State.CHALLENGING;
        awaitedSinceNs = nowNs;
        return 1;
    }

    private int announce() {
        if (!proofSaid) {
            final byte[] proof = context.secret().ofProve(attachNonce, engineNonce, context.shardId());
            if (!control.prove(engineNonce, proof)) {
                return 0;
            }
            proofSaid = true;
        }
        final int limit = announced + INTERESTS_PER_CYCLE;
        final int before = announced;
        while (announced < topics.size() && announced < limit) {
            final ShardTopic topic = topics.get(announced);
            if (!control.interest(InterestOp.ADD, topics.version(), topic.name)) {
                return announced - before;
            }
            topic.announced = true;
            announced++;
        }
        if (announced == topics.size() && control.interestComplete(topics.version())) {
            state = State.AWAITING;
            awaitedSinceNs = nowNs;
        }
        return announced - before;
    }

    private int await(final long timeoutNs) {
        if (nowNs - awaitedSinceNs > timeoutNs) {
            detach(NOT_ATTACHED, RETRY_NS);
            return 1;
        }
        return 0;
    }

    private int watch(final int sessions, final boolean draining) {
        if (nowNs - heardNs > context.engineTimeoutNs()) {
            broken("the engine has been silent for " + TimeUnit.NANOSECONDS.toMillis(nowNs - heardNs) + " ms");
            return 1;
        }
        if (!context.live().isConnected()) {
            broken("the live stream has no writer");
            return 1;
        }
        // Said at once, so that nobody else is sent here.
        final boolean isDue = heartbeatAtNs - nowNs <= 0 || draining != drainingSaid;
        if (isDue && control.heartbeat(chain, sessions, draining)) {
            drainingSaid = draining;
            heartbeatAtNs = nowNs + context.heartbeatIntervalNs();
            return 1;
        }
        return 0;
    }

    private void brokenBy(final String why) {
        if (state == State.DETACHED) {
            return;
        }
        detach(state == State.ATTACHED ? NOT_ATTACHED + ": " + why : NOT_ATTACHED, RETRY_NS);
    }

    private void detach(final String reason, final long retryNs) {
        final boolean wasAttached = state == State.ATTACHED;
        state = State.DETACHED;
        sourceId = NOBODY;
        notReadyReason = reason;
        retryAtNs = nowNs + retryNs + (long) (random.nextDouble() * retryNs / 2);
        if (wasAttached) {
            listener.onDetached();
        }
    }
}
