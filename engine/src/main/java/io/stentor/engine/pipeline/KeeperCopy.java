package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import io.stentor.journal.JournalReader;
import io.stentor.journal.KeeperWriter;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.SegmentInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.agrona.DirectBuffer;

/** Copies what lives of segments that are about to go to the journal's keeper, in pieces. One thread. */
final class KeeperCopy implements AutoCloseable {

    /** Records of a piece: some 100 us of work for small ones. */
    private static final int RECORDS = 128;

    private final RecordHandler handler = this::onRecord;
    private final Deque<SegmentInfo> segments;
    private final RecordLife life;
    private final long nowNs;
    private final JournalReader reader;
    private final KeeperWriter writer;
    private boolean begun;
    private boolean finished;

    /**
     * A copy.
     *
     * @param segments to read, in order.
     * @param life says until when a record lives.
     * @param nowNs engine time: what lives longer is copied.
     */
    KeeperCopy(final Journal journal, final List<SegmentInfo> segments, final RecordLife life, final long nowNs) {
        this.segments = new ArrayDeque<>(segments);
        this.life = life;
        this.nowNs = nowNs;
        this.reader = journal.newReader();
        this.writer = journal.keeper().newWriter();
    }

    /**
     * Copies the next piece; the last one forces the file.
     *
     * @return false when all was copied before.
     */
    boolean doWork() {
        final SegmentInfo segment = segments.peek();
        if (segment == null) {
            return finish();
        }
        if (!begun) {
            reader.seek(segment.firstSequence());
            begun = true;
        }
        final long left = segment.lastSequence() - reader.nextSequence() + 1;
        if (left > 0) {
            reader.poll(handler, (int) Math.min(left, RECORDS));
        } else {
            segments.remove();
            begun = false;
        }
        return true;
    }

    /** The first record of the segment that is read. */
    long sequence() {
        return segments.isEmpty() ? 0 : segments.peek().firstSequence();
    }

    /** What was copied; null if nothing was. Once there is nothing to do any more. */
    KeeperWriter copied() {
        return writer.count() == 0 ? null : writer;
    }

    /** Deletes what was copied, unless a trim has taken it. */
    @Override
    public void close() {
        reader.close();
        writer.close();
    }

    private boolean finish() {
        if (finished) {
            return false;
        }
        finished = true;
        writer.finish();
        return true;
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        if (life.endNs(buffer, offset) > nowNs) {
            writer.add(buffer, offset, length);
        }
    }
}
