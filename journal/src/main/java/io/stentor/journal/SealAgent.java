package io.stentor.journal;

import java.io.IOException;
import org.agrona.concurrent.Agent;

/**
 * Walks behind the appender and seals each segment once the next has begun, so that neither a roll, nor a close, nor the
 * next open has much left to read.
 *
 * <pre>
 *   WALKING -> SEALED:  the next segment has begun, all of this one is synced and walked, and no page of it is touched any
 *                       more; then to the next one
 *   WALKING -> DAMAGED: a record is not what was appended; reported, left as it is, then to the next one
 * </pre>
 */
final class SealAgent implements Agent, AutoCloseable {
    /** Half a millisecond of reading and hashing, so that agents on the same thread do not wait. */
    private static final int DUTY_BYTES = 128 * 1024;

    /** What a close still reads, in some ten seconds; what is longer is left to the next run, whose start walks it. */
    private static final long CLOSE_BYTES = 4L << 30;

    private final JournalProgress progress;
    private final Manifest manifest;
    private final PageTouchAgent touchAgent;
    private final Scrubber scrubber;
    private final SegmentHash hash = new SegmentHash();
    private Segment segment;
    private boolean isDamaged;

    SealAgent(
            JournalProgress progress, Manifest manifest, PageTouchAgent touchAgent, Scrubber scrubber, Segment start) {
        this.progress = progress;
        this.manifest = manifest;
        this.touchAgent = touchAgent;
        this.scrubber = scrubber;
        segment = start;
    }

    @Override
    public int doWork() {
        if (progress.failure() != null) {
            return 0;
        }
        int work = 0;
        if (isDone()) {
            work = nextSegment() ? 1 : 0;
        } else {
            walk();
            if (isEnded()) {
                seal();
                work = 1;
            }
        }
        return work + scrubber.poll();
    }

    @Override
    public String roleName() {
        return "journal-seal";
    }

    /** Seals what is left, if that does not take long, when nothing is appended, touched or forced any more. */
    void sealAll() {
        while (progress.failure() == null && (!isDone() || nextSegment())) {
            if (!isDone()) {
                if (hash.remainingBytes() > CLOSE_BYTES) {
                    break;
                }
                seal();
            }
        }
    }

    @Override
    public void close() {
        hash.close();
        scrubber.close();
    }

    private boolean isDone() {
        return segment.isSealed() || isDamaged;
    }

    private boolean nextSegment() {
        Segment next = segment.next();
        if (next == null) {
            return false;
        }
        segment = next;
        isDamaged = false;
        hash.start(next);
        return true;
    }

    private void walk() {
        try {
            hash.advance(segment.lastSequence(), DUTY_BYTES);
        } catch (JournalException e) {
            damaged(e);
        }
    }

    private boolean isEnded() {
        return !isDamaged
                && segment.next() != null
                && hash.nextSequence() > segment.lastSequence()
                && progress.syncedSequence() >= segment.lastSequence()
                && touchAgent.hasPassed(segment);
    }

    private void seal() {
        try {
            hash.seal(manifest);
        } catch (JournalDamagedException e) {
            damaged(e);
        } catch (IOException e) {
            progress.fail(new JournalException("sealing of " + segment.path + " failed", e));
        }
    }

    private void damaged(JournalException e) {
        isDamaged = true;
        progress.report(e);
    }
}
