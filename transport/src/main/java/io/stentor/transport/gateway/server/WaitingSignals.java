package io.stentor.transport.gateway.server;

import io.stentor.transport.gateway.Push;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Signals that wait for a client that does not read: the latest of each key, the oldest keys dropped when they are too
 * many. Event loop only.
 *
 * <p>The key of typing is the topic and the user. That of coming and going is the topic and the connection, since a user's
 * devices come and go one by one.
 */
final class WaitingSignals {

    /** So many keys wait; together they take a few kilobytes. */
    static final int SIGNALS_MAX = 32;

    private record Key(String topic, String who, boolean typing) {}

    private record Waiting(Push push, long sinceMs) {

        /** Nobody is told of typing that is over. */
        private boolean isOver(final long nowMs) {
            return push instanceof Push.Typing typing
                    && nowMs - sinceMs >= TimeUnit.SECONDS.toMillis(typing.ttlSeconds());
        }
    }

    private final Map<Key, Waiting> latest = new LinkedHashMap<>();

    /** Whether a push may be lost. */
    static boolean isSignal(final Push push) {
        return push instanceof Push.Typing || push instanceof Push.Join || push instanceof Push.Leave;
    }

    void put(final Push signal, final long nowMs) {
        final Key key = key(signal);
        // Removed first, so that it waits at the end.
        latest.remove(key);
        latest.put(key, new Waiting(signal, nowMs));
        if (latest.size() > SIGNALS_MAX) {
            final Iterator<Key> oldest = latest.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Hands over what still means something, the oldest first. */
    void drain(final long nowMs, final Consumer<Push> taker) {
        for (final Waiting waiting : latest.values()) {
            if (!waiting.isOver(nowMs)) {
                taker.accept(waiting.push);
            }
        }
        latest.clear();
    }

    private static Key key(final Push signal) {
        if (signal instanceof Push.Join join) {
            return new Key(join.topic(), join.who().client(), false);
        }
        if (signal instanceof Push.Leave leave) {
            return new Key(leave.topic(), leave.who().client(), false);
        }
        final Push.Typing typing = (Push.Typing) signal;
        return new Key(typing.topic(), typing.user(), true);
    }
}
