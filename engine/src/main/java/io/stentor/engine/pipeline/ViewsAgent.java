package io.stentor.engine.pipeline;

import io.stentor.journal.TopicIndex;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/** What follows the journal: the index, through it the directories, and everything that reads by them. */
final class ViewsAgent implements Agent {

    /** Records taken in per duty cycle, so that a fetch never waits long behind them. */
    private static final int RECORDS_PER_CYCLE = 1024;

    private final TopicIndex index;
    private final FetchDesk fetches;
    private final HistoryDesk histories;
    private final PipelineShardLinks links;
    private final ErrorHandler failureHandler;
    private final PipelineShardLinks.PagesChange pagesChange;
    private boolean failed;

    ViewsAgent(
            final TopicIndex index,
            final FetchDesk fetches,
            final HistoryDesk histories,
            final PipelineShardLinks links,
            final ErrorHandler failureHandler) {
        this.index = index;
        this.fetches = fetches;
        this.histories = histories;
        this.links = links;
        this.failureHandler = failureHandler;
        this.pagesChange = (shardId, ticket, link) -> {
            if (link == null) {
                fetches.close(shardId);
            } else {
                fetches.open(shardId, ticket, link);
            }
        };
    }

    @Override
    public int doWork() {
        if (failed) {
            return 0;
        }
        try {
            return links.drainPages(pagesChange)
                    + index.poll(RECORDS_PER_CYCLE)
                    + histories.doWork()
                    + fetches.doWork();
        } catch (final Throwable failure) {
            failed = true;
            failureHandler.onError(failure);
            throw new AgentTerminationException(failure);
        }
    }

    @Override
    public void onClose() {
        histories.close();
    }

    @Override
    public String roleName() {
        return "views";
    }
}
