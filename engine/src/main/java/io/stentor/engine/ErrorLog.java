package io.stentor.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/**
 * Says what went wrong in lines of a log, but of each kind only a few a minute: whoever reaches a port can make errors as
 * fast as the network carries datagrams, and must neither fill a disk nor bury what else is said. Any thread; none of them
 * on the path of a message.
 */
final class ErrorLog implements ErrorHandler {

    /** Lines about errors of one kind in one span. */
    static final int LINES_MAX = 5;

    /** How long a span is, in nanoseconds. */
    static final long SPAN_NS = TimeUnit.MINUTES.toNanos(1);

    /** Errors of one kind come from one place in the code, so there are a few hundred kinds; this only bounds the memory. */
    private static final int KINDS_MAX = 1_000;

    private static final String NOWHERE = "nowhere";

    private static final class Kind {
        private long spanStartNs;
        private int lines;
        private long untold;
    }

    private final Map<String, Kind> kinds = new HashMap<>();
    private final Consumer<String> lines;
    private final NanoClock clock;

    /**
     * A log without a line.
     *
     * @param lines takes a line.
     * @param clock the monotonic clock.
     */
    ErrorLog(final Consumer<String> lines, final NanoClock clock) {
        this.lines = lines;
        this.clock = clock;
    }

    @Override
    public synchronized void onError(final Throwable failure) {
        final long nowNs = clock.nanoTime();
        final Kind kind = kindOf(failure, nowNs);
        if (nowNs - kind.spanStartNs >= SPAN_NS) {
            if (kind.untold > 0) {
                lines.accept(kind.untold + " more like the next one were only counted");
            }
            kind.spanStartNs = nowNs;
            kind.lines = 0;
            kind.untold = 0;
        }
        if (kind.lines == LINES_MAX) {
            kind.untold++;
            return;
        }
        kind.lines++;
        lines.accept(
                messageOf(failure) + (kind.lines == LINES_MAX ? " (others like it are only counted for a while)" : ""));
    }

    private Kind kindOf(final Throwable failure, final long nowNs) {
        final StackTraceElement[] trace = failure.getStackTrace();
        final String place = trace.length == 0 ? NOWHERE : trace[0].toString();
        return kinds.computeIfAbsent(kinds.size() < KINDS_MAX || kinds.containsKey(place) ? place : NOWHERE, name -> {
            final Kind made = new Kind();
            made.spanStartNs = nowNs;
            return made;
        });
    }

    private static String messageOf(final Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
