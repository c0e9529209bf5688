package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.wire.StateKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.EpochClock;

/**
 * Answers the engine's questions about what this shard holds. One thread, the shard's. Answers are put together at once and
 * sent as the control stream takes them.
 */
final class StateAnswers {

    /** Answers that wait to be sent; a question beyond them is dropped and times out at whoever asked. */
    private static final int WAITING_MAX = 64;

    /** Lines of one answer about topics. */
    static final int ENTRIES_MAX = 10_000;

    /** Instead of a client's id: the topic has too many members to list, here are their counts. */
    private static final String UNLISTED = "";

    /** Lines sent in one duty cycle. */
    private static final int ENTRIES_PER_CYCLE = 512;

    /** The longest presence information that is passed on, in bytes: a token's claim, not a profile. */
    private static final int INFO_LENGTH_MAX = 8 * 1024;

    private static final byte[] NO_INFO = new byte[0];

    /** One line of an answer. */
    record Entry(
            String name,
            String user,
            byte[] info,
            int clients,
            int users,
            int subscriptions,
            int topics,
            long uptimeMs) {}

    private record Answer(long correlationId, List<Entry> entries) {}

    private final ArrayDeque<Answer> waiting = new ArrayDeque<>();
    private final String name;
    private final ControlStream control;
    private final TopicTable topics;
    private final SessionTable sessions;
    private final Presence presence;
    private final EpochClock epochClock;
    private final long startedMs;
    private int sent;

    StateAnswers(final Parts parts, final ShardContext context) {
        this.name = context.name();
        this.control = parts.control;
        this.topics = parts.topics;
        this.sessions = parts.sessions;
        this.presence = parts.presence;
        this.epochClock = context.epochClock();
        this.startedMs = epochClock.time();
    }

    void onQuery(final long correlationId, final StateKind kind, final String topicName) {
        if (waiting.size() == WAITING_MAX) {
            return;
        }
        final List<Entry> entries = switch (kind) {
            case PRESENCE -> members(topicName);
            case PRESENCE_COUNTS -> List.of(counts(topicName, topics.byName(topicName)));
            case TOPICS -> activeTopics(new TopicGlob(topicName));
            case NODE -> List.of(node());
            default -> List.of();
        };
        waiting.add(new Answer(correlationId, entries));
    }

    /** Drops what waits: whoever asked is gone. */
    void clear() {
        waiting.clear();
        sent = 0;
    }

    /** Sends as much as the control stream takes. */
    int doWork() {
        int work = 0;
        Answer answer;
        while (work < ENTRIES_PER_CYCLE && (answer = waiting.peek()) != null) {
            if (sent < answer.entries.size()) {
                if (!control.stateEntry(answer.correlationId, answer.entries.get(sent))) {
                    break;
                }
                sent++;
            } else {
                if (!control.stateEnd(answer.correlationId, answer.entries.size())) {
                    break;
                }
                waiting.remove();
                sent = 0;
            }
            work++;
        }
        return work;
    }

    private List<Entry> members(final String topicName) {
        final List<Entry> entries = new ArrayList<>();
        final ShardTopic topic = topics.byName(topicName);
        if (!presence.isListed(topic)) {
            return List.of(counts(UNLISTED, topic));
        }
        for (int i = 0; topic != null && i < topic.size(); i++) {
            final Subscription subscription = topic.get(i);
            if (subscription.present) {
                final ClientInfo who = subscription.session.who();
                final byte[] info = who.info() == null || who.info().length > INFO_LENGTH_MAX ? NO_INFO : who.info();
                entries.add(new Entry(who.client(), who.user(), info, 1, 1, 1, 0, 0));
            }
        }
        return entries;
    }

    private Entry counts(final String entryName, final ShardTopic topic) {
        final int clients = presence.clients(topic);
        return new Entry(entryName, "", NO_INFO, clients, presence.users(topic), clients, 0, 0);
    }

    private List<Entry> activeTopics(final TopicGlob glob) {
        final List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < topics.size() && entries.size() < ENTRIES_MAX; i++) {
            final ShardTopic topic = topics.get(i);
            if (topic.size() > 0 && glob.matches(topic.name)) {
                final int clients = presence.clients(topic);
                if (clients > 0) {
                    entries.add(new Entry(topic.name, "", NO_INFO, clients, 0, clients, 1, 0));
                }
            }
        }
        return entries;
    }

    private Entry node() {
        final long uptimeMs = Math.max(0, epochClock.time() - startedMs);
        return new Entry(
                name,
                "",
                NO_INFO,
                sessions.size(),
                sessions.users(),
                sessions.subscriptions(),
                topics.size(),
                uptimeMs);
    }
}
