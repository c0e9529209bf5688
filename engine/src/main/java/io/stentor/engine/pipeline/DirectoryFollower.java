package io.stentor.engine.pipeline;

import io.stentor.fanout.directory.CursorDirectory;
import io.stentor.fanout.directory.WatermarkDirectory;
import io.stentor.journal.CursorBody;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.WatermarkBody;
import io.stentor.transport.wire.WatermarkKind;
import org.agrona.DirectBuffer;

/** Keeps the directories up with the journal: fed by whoever reads it. One thread, the reader's. */
final class DirectoryFollower implements RecordHandler {

    private final CursorDirectory cursors;
    private final WatermarkDirectory watermarks;

    DirectoryFollower(final CursorDirectory cursors, final WatermarkDirectory watermarks) {
        this.cursors = cursors;
        this.watermarks = watermarks;
    }

    @Override
    public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        switch (RecordLayout.type(buffer, offset)) {
            case RecordType.CURSOR -> onCursors(buffer, offset);
            case RecordType.WATERMARK -> onWatermarks(buffer, offset);
            default -> {
                // Ticks and the like concern no directory.
            }
        }
    }

    private void onCursors(final DirectBuffer buffer, final int offset) {
        final int end = CursorBody.end(buffer, offset);
        int entry = CursorBody.firstEntry(offset);
        while (entry < end && CursorBody.isWellFormed(buffer, entry, end)) {
            cursors.onCursor(
                    buffer.getStringWithoutLengthUtf8(
                            CursorBody.userOffset(entry), CursorBody.userLength(buffer, entry)),
                    buffer.getStringWithoutLengthUtf8(
                            CursorBody.deviceOffset(buffer, entry), CursorBody.deviceLength(buffer, entry)),
                    CursorBody.sequence(buffer, entry));
            entry = CursorBody.nextEntry(buffer, entry);
        }
    }

    private void onWatermarks(final DirectBuffer buffer, final int offset) {
        final int end = WatermarkBody.end(buffer, offset);
        final WatermarkKind kind = WatermarkKind.get(WatermarkBody.kind(buffer, offset));
        int entry = WatermarkBody.firstEntry(offset);
        while (entry < end && WatermarkBody.isWellFormed(buffer, entry, end)) {
            watermarks.onWatermark(
                    kind,
                    WatermarkBody.topicId(buffer, entry),
                    buffer.getStringWithoutLengthUtf8(
                            WatermarkBody.userOffset(entry), WatermarkBody.userLength(buffer, entry)),
                    WatermarkBody.offset(buffer, entry));
            entry = WatermarkBody.nextEntry(buffer, entry);
        }
    }
}
