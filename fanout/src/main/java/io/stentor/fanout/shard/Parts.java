package io.stentor.fanout.shard;

import org.agrona.concurrent.CachedNanoClock;

/**
 * What the duties of a shard share, each made from those above it: the state that they read and the streams that they write.
 * One thread, the shard's.
 */
final class Parts {

    /** The monotonic clock as it was read when the duty cycle began. */
    final CachedNanoClock clock = new CachedNanoClock();

    final Chain chain = new Chain();
    final Presence presence;
    final FrameWindow window;
    final ControlStream control;
    final TopicTable topics;
    final SessionTable sessions;
    final Attachment attachment;
    final Fetches fetches;
    final AckTracker acks;
    final Subscriptions subscriptions;
    final CatchUp catchUp;

    Parts(final ShardContext context) {
        clock.update(context.nanoClock().nanoTime());
        presence = new Presence(context.presenceLimits(), clock);
        window = new FrameWindow(context.windowBytes());
        control = new ControlStream(context.control(), context.shardId(), context.incarnation());
        topics = new TopicTable(control, context.topicsMax(), context.lingerNs());
        sessions = new SessionTable(context.sessionsMax(), context.errorHandler());
        attachment = new Attachment(context, chain, topics, control);
        fetches = new Fetches(context, chain, attachment);
        acks = new AckTracker(chain, window, control, context.stageListener());
        subscriptions = new Subscriptions(topics, sessions, presence, acks, clock);
        catchUp = new CatchUp(this, context);
    }
}
