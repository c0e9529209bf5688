package io.stentor.perf.load;

import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;

/** A path that takes a message only while fewer than a number of them are on their way to its slowest subscriber. */
final class WindowPath implements MessagePath {
    private final MessagePath path;
    private final List<Receiver> receivers;
    private final int window;
    private long taken;

    WindowPath(final MessagePath path, final List<Receiver> receivers, final int window) {
        this.path = path;
        this.receivers = receivers;
        this.window = window;
    }

    @Override
    public long offer(final int topic, final DirectBuffer buffer, final int length) {
        for (int i = 0; i < receivers.size(); i++) {
            if (taken - receivers.get(i).delivered() >= window) {
                return BACK_PRESSURED;
            }
        }
        final long code = path.offer(topic, buffer, length);
        if (code > 0) {
            taken++;
        }
        return code;
    }

    @Override
    public String reasonFor(final long code) {
        return path.reasonFor(code);
    }

    @Override
    public void drainTimers(final StageLog stages) {
        path.drainTimers(stages);
    }

    @Override
    public Map<String, Long> cpuNs() {
        return path.cpuNs();
    }

    @Override
    public Throwable failure() {
        return path.failure();
    }

    @Override
    public void close() {
        path.close();
    }
}
