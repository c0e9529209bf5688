package io.stentor.engine.pipeline;

import io.stentor.fanout.route.ControlReader;
import io.stentor.fanout.route.Router;
import io.stentor.journal.Journal;
import io.stentor.transport.wire.FragmentSource;
import java.util.List;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

/**
 * What the send step's thread does between batches: hears the shards, releases receipts that waited for the device, feeds
 * shards that lag, keeps the media driver alive, and watches the journal.
 */
final class SendAgent implements Agent {

    /** Fragments of the control stream per duty cycle. */
    private static final int FRAGMENTS_PER_CYCLE = 16;

    private final Journal journal;
    private final RingEntry entry;
    private final Router router;
    private final ControlReader control;
    private final List<FragmentSource> controlSources;
    private final ReceiptStep receipts;
    private final CommandBatch commands;
    private final StateQueries queries;
    private final ShardTransport transport;
    private final NanoClock nanoClock;
    private final ErrorHandler failureHandler;
    private boolean failed;

    SendAgent(final DeliveryPipeline pipeline, final PipelineContext context) {
        this.journal = pipeline.journal();
        this.entry = pipeline.entry();
        this.router = pipeline.router();
        this.control = pipeline.control();
        this.controlSources = context.transport.controls();
        this.receipts = pipeline.receipts();
        this.commands = pipeline.commands();
        this.queries = pipeline.queries();
        this.transport = context.transport;
        this.nanoClock = context.nanoClock;
        this.failureHandler = context.failureHandler;
    }

    @Override
    public int doWork() {
        if (failed) {
            return 0;
        }
        try {
            final Throwable failure = journal.failure();
            if (failure != null) {
                throw new IllegalStateException("the journal has failed", failure);
            }
            entry.belowReserve(journal.belowReserve());
            final long nowNs = nanoClock.nanoTime();
            return receipts.releaseSynced()
                    + hearShards()
                    + queries.doWork(nowNs)
                    + commands.doWork(nowNs)
                    + router.doWork(nowNs)
                    + transport.doWork();
        } catch (final Throwable failure) {
            failed = true;
            failureHandler.onError(failure);
            throw new AgentTerminationException(failure);
        }
    }

    private int hearShards() {
        int work = 0;
        for (int i = 0; i < controlSources.size(); i++) {
            work += controlSources.get(i).poll(control, FRAGMENTS_PER_CYCLE);
        }
        return work;
    }

    @Override
    public void onClose() {
        commands.flush();
        receipts.releaseSynced();
        queries.close();
        router.close();
    }

    @Override
    public String roleName() {
        return "send";
    }
}
