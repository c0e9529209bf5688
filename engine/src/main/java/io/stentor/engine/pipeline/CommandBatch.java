package io.stentor.engine.pipeline;

import io.stentor.journal.CursorBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.WatermarkBody;
import io.stentor.transport.wire.WatermarkKind;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Gathers cursors and watermarks into records of several entries, so that acknowledgements cost the log little. Sent when
 * full or when due. One thread.
 *
 * <p>The bodies are laid out behind room for a record's header, since {@link CursorBody} and {@link WatermarkBody} count
 * from the record's beginning.
 */
final class CommandBatch {

    /** How long an entry may wait for others, in nanoseconds: 50 ms, as the journal's own window. */
    static final long INTERVAL_NS = 50_000_000L;

    /** Bytes of a batch's body: fits a slot's own memory with its header. */
    private static final int BODY_LENGTH = Slot.INLINE_LENGTH - RecordLayout.HEADER_LENGTH;

    private static final int BODY_INDEX = RecordLayout.BODY_OFFSET;

    private final RingEntry entry;
    private final UnsafeBuffer cursors = new UnsafeBuffer(new byte[BODY_INDEX + BODY_LENGTH]);
    private final UnsafeBuffer delivered = new UnsafeBuffer(new byte[BODY_INDEX + BODY_LENGTH]);
    private final UnsafeBuffer read = new UnsafeBuffer(new byte[BODY_INDEX + BODY_LENGTH]);
    private int cursorsEnd = CursorBody.firstEntry(0);
    private int deliveredEnd = WatermarkBody.firstEntry(0);
    private int readEnd = WatermarkBody.firstEntry(0);
    private long dueNs;

    CommandBatch(final RingEntry entry) {
        this.entry = entry;
        WatermarkBody.kind(delivered, 0, WatermarkBody.KIND_DELIVERED);
        WatermarkBody.kind(read, 0, WatermarkBody.KIND_READ);
    }

    /** Adds a cursor; false when the batch is full and the ring does not take it. */
    boolean cursor(final String user, final String device, final long sequence) {
        final byte[] userBytes = user.getBytes(StandardCharsets.UTF_8);
        final byte[] deviceBytes = device.getBytes(StandardCharsets.UTF_8);
        if (cursorsEnd + CursorBody.entryLength(userBytes.length, deviceBytes.length) > cursors.capacity()
                && !flushCursors()) {
            return false;
        }
        cursorsEnd = CursorBody.put(cursors, cursorsEnd, sequence, userBytes, deviceBytes);
        return true;
    }

    /** Adds a watermark; false when the batch is full and the ring does not take it. */
    boolean watermark(final WatermarkKind kind, final long topicId, final long topicOffset, final String user) {
        final byte[] userBytes = user.getBytes(StandardCharsets.UTF_8);
        final int length = WatermarkBody.entryLength(userBytes.length);
        if (kind == WatermarkKind.READ) {
            if (readEnd + length > read.capacity() && !flushRead()) {
                return false;
            }
            readEnd = WatermarkBody.put(read, readEnd, topicId, topicOffset, userBytes);
        } else {
            if (deliveredEnd + length > delivered.capacity() && !flushDelivered()) {
                return false;
            }
            deliveredEnd = WatermarkBody.put(delivered, deliveredEnd, topicId, topicOffset, userBytes);
        }
        return true;
    }

    /** Sends what waits when it is due. */
    int doWork(final long nowNs) {
        if (nowNs - dueNs < 0) {
            return 0;
        }
        dueNs = nowNs + INTERVAL_NS;
        return flush() ? 1 : 0;
    }

    /** Sends what waits; true when there was something and the ring took it. */
    boolean flush() {
        final boolean pending = cursorsEnd > CursorBody.firstEntry(0)
                || deliveredEnd > WatermarkBody.firstEntry(0)
                || readEnd > WatermarkBody.firstEntry(0);
        return pending && flushCursors() && flushDelivered() && flushRead();
    }

    private boolean flushCursors() {
        if (cursorsEnd == CursorBody.firstEntry(0)) {
            return true;
        }
        if (!entry.offerCommand(RecordType.CURSOR, cursors, BODY_INDEX, cursorsEnd - BODY_INDEX)) {
            return false;
        }
        cursorsEnd = CursorBody.firstEntry(0);
        return true;
    }

    private boolean flushDelivered() {
        if (deliveredEnd == WatermarkBody.firstEntry(0)) {
            return true;
        }
        if (!entry.offerCommand(RecordType.WATERMARK, delivered, BODY_INDEX, deliveredEnd - BODY_INDEX)) {
            return false;
        }
        deliveredEnd = WatermarkBody.firstEntry(0);
        return true;
    }

    private boolean flushRead() {
        if (readEnd == WatermarkBody.firstEntry(0)) {
            return true;
        }
        if (!entry.offerCommand(RecordType.WATERMARK, read, BODY_INDEX, readEnd - BODY_INDEX)) {
            return false;
        }
        readEnd = WatermarkBody.firstEntry(0);
        return true;
    }
}
