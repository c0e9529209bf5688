package io.stentor.fanout.shard;

import io.stentor.transport.gateway.Disconnect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ErrorHandler;
import org.agrona.collections.Object2ObjectHashMap;

/**
 * The connected sessions, by user. One thread, the shard's; bounded by the limit of sessions.
 *
 * <p>A session that has to end in the middle of something is only marked, and leaves at the end of the duty cycle, so that
 * no loop over subscriptions ever loses one under its feet.
 */
final class SessionTable {

    /** Takes a session apart. */
    interface Closing {

        /** A session leaves; its subscriptions are to be ended. */
        void onLeaving(Session session);
    }

    private final List<Session> all = new ArrayList<>();
    private final Object2ObjectHashMap<String, Session> byUser = new Object2ObjectHashMap<>();
    private final ArrayDeque<Session> endings = new ArrayDeque<>();
    private final ErrorHandler errorHandler;
    private final int sessionsMax;
    private int subscriptions;

    SessionTable(final int sessionsMax, final ErrorHandler errorHandler) {
        this.sessionsMax = sessionsMax;
        this.errorHandler = errorHandler;
    }

    /** Adds a session that has said who it is; false when the limit is reached. */
    boolean add(final Session session) {
        if (all.size() == sessionsMax) {
            return false;
        }
        session.index = all.size();
        all.add(session);
        session.earlier = byUser.put(session.user(), session);
        if (session.earlier != null) {
            session.earlier.later = session;
        }
        return true;
    }

    int size() {
        return all.size();
    }

    Session get(final int index) {
        return all.get(index);
    }

    int users() {
        return byUser.size();
    }

    /** The sessions of a user, the latest first. */
    List<Session> of(final String user) {
        final List<Session> sessions = new ArrayList<>();
        for (Session session = byUser.get(user); session != null; session = session.earlier) {
            sessions.add(session);
        }
        return sessions;
    }

    /** How many subscriptions all sessions have. */
    int subscriptions() {
        return subscriptions;
    }

    void subscriptionsChanged(final int by) {
        subscriptions += by;
    }

    void ending(final Session session) {
        endings.add(session);
    }

    /** Lets the sessions go whose end has come. */
    int doWork(final Closing closing) {
        int work = 0;
        Session session;
        while ((session = endings.poll()) != null) {
            if (session.index >= 0) {
                closing.onLeaving(session);
                remove(session);
            }
            work++;
        }
        return work;
    }

    /** Finds sessions whose close found no room in the queue. */
    void sweep() {
        for (final Session session : all) {
            if (session.isClosed()) {
                session.endSilently();
            }
        }
    }

    void endAll(final Disconnect disconnect) {
        for (final Session session : all) {
            session.end(disconnect);
        }
    }

    void onError(final RuntimeException ex) {
        errorHandler.onError(ex);
    }

    private void remove(final Session session) {
        final Session last = all.remove(all.size() - 1);
        if (last != session) {
            all.set(session.index, last);
            last.index = session.index;
        }
        session.index = -1;
        leaveUser(session);
    }

    /** Takes a session out of the chain of its user's. */
    private void leaveUser(final Session session) {
        if (session.later != null) {
            session.later.earlier = session.earlier;
        } else if (session.earlier == null) {
            byUser.remove(session.user());
        } else {
            byUser.put(session.user(), session.earlier);
        }
        if (session.earlier != null) {
            session.earlier.later = session.later;
        }
        session.earlier = null;
        session.later = null;
    }
}
