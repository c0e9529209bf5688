package io.stentor.fanout.shard;

/**
 * What it means to everything else that a chain begins, breaks, or was never so long. One thread, the shard's.
 */
final class Continuity implements Attachment.Listener {

    private final Chain chain;
    private final TopicTable topics;
    private final SessionTable sessions;
    private final FrameWindow window;
    private final Fetches fetches;
    private final Subscriptions subscriptions;
    private final AckTracker acks;
    private final FanOut fanOut;
    private final Submits submits;
    private final StateAnswers answers;

    Continuity(final Parts parts, final FanOut fanOut, final Submits submits, final StateAnswers answers) {
        this.chain = parts.chain;
        this.topics = parts.topics;
        this.sessions = parts.sessions;
        this.window = parts.window;
        this.fetches = parts.fetches;
        this.subscriptions = parts.subscriptions;
        this.acks = parts.acks;
        this.fanOut = fanOut;
        this.submits = submits;
        this.answers = answers;
    }

    @Override
    public void onDetached() {
        submits.failAll();
        answers.clear();
    }

    /**
     * A chain that does not continue the last one leaves a gap behind every topic: each waits for its InterestOn, which
     * says how far the gap reaches, and it is filled from the journal.
     *
     * <p>With a new term only what the chain itself has brought is known to be of the log still, since only the chain's
     * position was checked: a topic whose head lies beyond it may have lost its end in a power cut, and so may what a
     * subscription has read of the journal beyond its topic's head.
     */
    @Override
    public void onAttached(final boolean continuous, final boolean newTerm) {
        if (newTerm && !continuous) {
            window.clear();
        }
        for (int i = 0; i < topics.size(); i++) {
            final ShardTopic topic = topics.get(i);
            if (newTerm && (!continuous || topic.lastSequence > chain.sequence())) {
                lose(topic);
            } else if (!continuous) {
                fanOut.forget(topic);
                topics.unbind(topic);
                topic.state = ShardTopic.State.INTEREST_PENDING;
            } else if (newTerm) {
                subscriptions.insufficientBeyond(topic);
            }
        }
        fetches.failAll();
        if (newTerm) {
            // What was read beyond the chain may have been taken back, and its sequences given to other messages.
            acks.truncated(sessions, continuous ? chain.sequence() : 0);
        }
        for (int i = 0; i < sessions.size(); i++) {
            acks.resend(sessions.get(i));
        }
    }

    /**
     * The log ends at {@code sequence}, so a power cut took messages back that sessions have seen. Whoever has a place in a
     * topic that may be touched is told to come back: its position will be found wanting, or not.
     */
    @Override
    public void onTruncated(final long logId, final long term, final long sequence) {
        final boolean otherLog = logId != chain.logId();
        window.clear();
        for (int i = 0; i < topics.size(); i++) {
            final ShardTopic topic = topics.get(i);
            if (otherLog || topic.lastSequence > sequence || topic.released != topic.head) {
                lose(topic);
            } else {
                topic.lastEntry = FrameWindow.NONE;
                subscriptions.insufficientBeyond(topic);
            }
        }
        fetches.failAll();
        acks.truncated(sessions, otherLog ? 0 : sequence);
    }

    private void lose(final ShardTopic topic) {
        subscriptions.insufficient(topic);
        fanOut.forget(topic);
        topics.unbind(topic);
        topic.forget();
    }
}
