package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import io.stentor.journal.JournalReader;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.SegmentInfo;
import io.stentor.transport.wire.DeliveryClass;
import java.util.EnumMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Reads a segment that may be trimmed, once and in pieces: how young its messages are, by class, what in it outlives it, and how
 * far its topics get, which nobody can read there afterwards. One thread.
 */
final class SegmentScan implements AutoCloseable {

    /** Records of a piece: some 100 us of work for small ones. */
    private static final int RECORDS = 128;

    private final RecordHandler handler = this::onRecord;
    private final Map<DeliveryClass, Long> newestNs = new EnumMap<>(DeliveryClass.class);
    private final TopicTable topics;
    private final SegmentInfo segment;
    private final RecordLife life;
    private final long nowNs;

    /** Null once all is read. */
    private JournalReader reader;

    private long lastTimestampNs;
    private long livingEndNs;
    private long livingBytes;

    /**
     * A scan.
     *
     * @param life says what outlives the segment.
     * @param nowNs engine time.
     */
    SegmentScan(
            final Journal journal,
            final TopicTable topics,
            final SegmentInfo segment,
            final RecordLife life,
            final long nowNs) {
        this.topics = topics;
        this.life = life;
        this.nowNs = nowNs;
        this.segment = segment;
        this.reader = journal.newReader();
        try {
            reader.seek(segment.firstSequence());
        } catch (final RuntimeException failure) {
            reader.close();
            throw failure;
        }
    }

    SegmentInfo segment() {
        return segment;
    }

    /**
     * Reads the next piece.
     *
     * @return false when all was read before.
     */
    boolean doWork() {
        if (reader == null) {
            return false;
        }
        final long left = segment.lastSequence() - reader.nextSequence() + 1;
        if (left > 0) {
            reader.poll(handler, (int) Math.min(left, RECORDS));
        } else {
            close();
        }
        return true;
    }

    /** Whether a message here is younger than its class's age and does not outlive the segment. */
    boolean isHeld(final RetentionPolicy policy, final long nowNs) {
        return newestNs.entrySet().stream()
                .anyMatch(newest -> isYounger(newest.getValue(), policy.ages().ageNs(newest.getKey()), nowNs));
    }

    /** Length of the records here that outlive the segment, of which some may have come to their end since the scan; in bytes. */
    long livingBytes(final long timeNs) {
        return livingEndNs > timeNs ? livingBytes : 0;
    }

    /** Engine time of the last record, nanoseconds since 1970. */
    long lastTimestampNs() {
        return lastTimestampNs;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    private static boolean isYounger(final long timestampNs, final long ageNs, final long nowNs) {
        return ageNs == RetentionPolicy.FOREVER || nowNs - timestampNs < ageNs;
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        lastTimestampNs = RecordLayout.timestampNs(buffer, offset);
        final long endNs = life.endNs(buffer, offset);
        if (endNs > nowNs) {
            livingEndNs = Math.max(livingEndNs, endNs);
            livingBytes += length;
        }
        if (RecordLayout.type(buffer, offset) == RecordType.MESSAGE) {
            if (endNs == RecordLife.NONE) {
                newestNs.put(DeliveryClass.get(RecordLayout.deliveryClass(buffer, offset)), lastTimestampNs);
            }
            topics.find(RecordLayout.topicId(buffer, offset)).raiseHeadFloor(RecordLayout.offset(buffer, offset));
        }
    }
}
