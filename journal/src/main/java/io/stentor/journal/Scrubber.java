package io.stentor.journal;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Reads the keeper's files and sealed segments again and again, at a bounded rate, so that damage at rest is known before somebody needs what it
 * hit. Reports each damaged segment once, and reads on behind it. Belongs to the sealing agent's thread.
 */
final class Scrubber implements AutoCloseable {
    /** What one call reads at most, and what an idle time can save up. */
    private static final int DUTY_BYTES = 256 * 1024;

    private final JournalProgress progress;
    private final SegmentCatalogue catalogue;
    private final Keeper keeper;
    private final Manifest manifest;
    private final NanoClock clock;
    private final long bytesPerSecond;
    private final SegmentHash hash = new SegmentHash();
    private final Set<Segment> damaged = new HashSet<>();

    /** Being read; null between two. */
    private Segment segment;

    /** Where the segment after it begins. */
    private long nextSequence;

    /** Written by the thread that runs this, read by all. */
    private volatile ScrubProgress done = new ScrubProgress(0, 0, 0);

    private long allowedBytes;
    private long lastNs;

    Scrubber(
            JournalContext context,
            JournalProgress progress,
            SegmentCatalogue catalogue,
            Keeper keeper,
            Manifest manifest) {
        this.keeper = keeper;
        this.progress = progress;
        this.catalogue = catalogue;
        this.manifest = manifest;
        clock = context.nanoClock();
        bytesPerSecond = context.scrubBytesPerSecond();
        lastNs = clock.nanoTime();
    }

    /** Reads what the time since the last call allows; returns whether it did. */
    int poll() {
        long nowNs = clock.nanoTime();
        long elapsedNs = Math.min(nowNs - lastNs, TimeUnit.SECONDS.toNanos(1));
        long earnedBytes = elapsedNs * bytesPerSecond / TimeUnit.SECONDS.toNanos(1);
        if (earnedBytes == 0) {
            return 0;
        }
        lastNs = nowNs;
        allowedBytes = Math.min(DUTY_BYTES, allowedBytes + earnedBytes);
        if (allowedBytes < DUTY_BYTES) {
            return 0;
        }
        try {
            if (!isAtSealed()) {
                return 0;
            }
            allowedBytes = 0;
            read();
        } catch (JournalException e) {
            // One that was removed just now cannot be opened, which is no damage.
            if (segment.isSparse ? keeper.holds(segment) : segment.firstSequence >= catalogue.firstSequence()) {
                damaged.add(segment);
                progress.report(e);
            }
            segment = null;
        }
        return 1;
    }

    /** Any thread. */
    ScrubProgress done() {
        return done;
    }

    @Override
    public void close() {
        hash.close();
    }

    /** Comes to a sealed segment, the next one or the first again; false if there is none that is not known as damaged. */
    private boolean isAtSealed() {
        if (segment != null) {
            return true;
        }
        segment = segmentFrom(nextSequence);
        boolean isAnew = segment == null;
        if (isAnew) {
            segment = segmentFrom(0);
        }
        if (segment == null) {
            return false;
        }
        long passes = done.passes() + (isAnew ? 1 : 0);
        done = new ScrubProgress(done.bytes(), passes, segment.lastSequence());
        nextSequence = segment.lastSequence() + 1;
        hash.start(segment);
        return true;
    }

    /** What is kept lies before all that the log has. */
    private Segment segmentFrom(long sequence) {
        Segment kept = keeper.segmentFrom(sequence, damaged);
        return kept == null ? catalogue.sealedFrom(sequence, damaged) : kept;
    }

    private void read() {
        int bytes = hash.advance(segment.lastSequence(), DUTY_BYTES);
        done = new ScrubProgress(done.bytes() + bytes, done.passes(), done.throughSequence());
        if (hash.nextSequence() > segment.lastSequence()) {
            hash.requireHash(manifest);
            segment = null;
        }
    }
}
