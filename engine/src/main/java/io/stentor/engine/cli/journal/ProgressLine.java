package io.stentor.engine.cli.journal;

import io.stentor.journal.ScanListener;
import io.stentor.journal.ScannedSegment;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Says on the error stream how far a long scan is, once a second from the second second on, and hands everything on. */
final class ProgressLine implements ScanListener {

    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int PERCENT = 100;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final PrintWriter err;
    private final String verb;
    private final ScanListener listener;
    private long toldNs = clock.nanoTime();

    ProgressLine(final PrintWriter err, final String verb, final ScanListener listener) {
        this.err = err;
        this.verb = verb;
        this.listener = listener;
    }

    @Override
    public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        listener.onRecord(buffer, offset, length);
    }

    @Override
    public void onSegment(final ScannedSegment segment) {
        listener.onSegment(segment);
    }

    @Override
    public void onKeptRecord(final DirectBuffer buffer, final int offset, final int length) {
        listener.onKeptRecord(buffer, offset, length);
    }

    @Override
    public void onKeptFile(final ScannedSegment file, final long count) {
        listener.onKeptFile(file, count);
    }

    @Override
    public void onLoss(final long firstSequence, final long lastSequence) {
        err.println("given up: records " + firstSequence + ".." + lastSequence);
        err.flush();
        listener.onLoss(firstSequence, lastSequence);
    }

    @Override
    public void onProgress(final long bytes, final long total) {
        final long nowNs = clock.nanoTime();
        if (nowNs - toldNs >= INTERVAL_NS) {
            toldNs = nowNs;
            err.println(verb + " " + Lines.count(bytes >> 20) + " of " + Lines.count(total >> 20) + " MiB, "
                    + PERCENT * bytes / Math.max(1, total) + " %");
            err.flush();
        }
        listener.onProgress(bytes, total);
    }
}
