package io.stentor.engine.pipeline;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.stentor.fanout.directory.CursorDirectory;
import io.stentor.fanout.directory.WatermarkDirectory;
import io.stentor.journal.CheckpointWriter;
import io.stentor.transport.wire.WatermarkKind;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The directories as a checkpoint keeps them; little endian, drawn in the journal's FORMAT.md too.
 *
 * <pre>
 *   CURSOR     u8 1 | i64 sequence | u16 userLength | user | device
 *   WATERMARK  u8 2 | u8 kind | i64 topicId | i64 offset | user
 * </pre>
 *
 * <p>Each in the order in which they first came; the cursors first.
 */
final class DirectoriesCheckpoint implements ReplayedState {

    /** The number of this kind of state in its files. */
    static final int KIND = 2;

    private static final byte CURSOR = 1;
    private static final byte WATERMARK = 2;

    private static final int CURSOR_USER = 1 + Long.BYTES + Short.BYTES;
    private static final int WATERMARK_USER = 2 + 2 * Long.BYTES;

    /**
     * The longest user or device, in bytes: a record has room for 255, and each of them that is no UTF-8 was read as a
     * character of three.
     */
    private static final int NAME_LENGTH_MAX = 3 * 255;

    /** Entries that one call of {@link #write} makes. */
    private static final int PIECE = 1024;

    private final CursorDirectory cursors;
    private final WatermarkDirectory watermarks;
    private final DirectoryFollower follower;
    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[CURSOR_USER + 2 * NAME_LENGTH_MAX]);
    private Iterator<CursorDirectory.Cursor> cursorsLeft;
    private Iterator<WatermarkDirectory.Watermark> watermarksLeft;

    DirectoriesCheckpoint(final CursorDirectory cursors, final WatermarkDirectory watermarks) {
        this.cursors = cursors;
        this.watermarks = watermarks;
        this.follower = new DirectoryFollower(cursors, watermarks);
    }

    CursorDirectory cursors() {
        return cursors;
    }

    @Override
    public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        follower.onRecord(buffer, offset, length);
    }

    @Override
    public void onEntry(final DirectBuffer buffer, final int offset, final int length) {
        switch (length == 0 ? 0 : buffer.getByte(offset)) {
            case CURSOR -> {
                require(length >= CURSOR_USER, length);
                final int userLength = buffer.getShort(offset + CURSOR_USER - Short.BYTES, LITTLE_ENDIAN) & 0xFFFF;
                require(length >= CURSOR_USER + userLength, length);
                cursors.onCursor(
                        text(buffer, offset + CURSOR_USER, userLength),
                        text(buffer, offset + CURSOR_USER + userLength, length - CURSOR_USER - userLength),
                        buffer.getLong(offset + 1, LITTLE_ENDIAN));
            }
            case WATERMARK -> {
                require(length >= WATERMARK_USER, length);
                final byte kind = buffer.getByte(offset + 1);
                require(WatermarkKind.get(kind).value() == kind, length);
                watermarks.onWatermark(
                        WatermarkKind.get(kind),
                        buffer.getLong(offset + 2, LITTLE_ENDIAN),
                        text(buffer, offset + WATERMARK_USER, length - WATERMARK_USER),
                        buffer.getLong(offset + 2 + Long.BYTES, LITTLE_ENDIAN));
            }
            default -> require(false, length);
        }
    }

    @Override
    public void onLoaded(final long sequence) {
        // The directories do not know how far they have got: whoever feeds them does.
    }

    @Override
    public boolean write(final CheckpointWriter writer) {
        if (cursorsLeft == null) {
            cursorsLeft = cursors.cursors();
            watermarksLeft = watermarks.watermarks();
        }
        for (int i = 0; i < PIECE; i++) {
            if (cursorsLeft.hasNext()) {
                writeCursor(writer, cursorsLeft.next());
            } else if (watermarksLeft.hasNext()) {
                writeWatermark(writer, watermarksLeft.next());
            } else {
                cursorsLeft = null;
                return false;
            }
        }
        return true;
    }

    private void writeCursor(final CheckpointWriter writer, final CursorDirectory.Cursor cursor) {
        final byte[] user = cursor.user().getBytes(StandardCharsets.UTF_8);
        final byte[] device = cursor.device().getBytes(StandardCharsets.UTF_8);
        entry.putByte(0, CURSOR);
        entry.putLong(1, cursor.sequence(), LITTLE_ENDIAN);
        entry.putShort(CURSOR_USER - Short.BYTES, (short) user.length, LITTLE_ENDIAN);
        entry.putBytes(CURSOR_USER, user);
        entry.putBytes(CURSOR_USER + user.length, device);
        writer.add(entry, 0, CURSOR_USER + user.length + device.length);
    }

    private void writeWatermark(final CheckpointWriter writer, final WatermarkDirectory.Watermark watermark) {
        final byte[] user = watermark.user().getBytes(StandardCharsets.UTF_8);
        entry.putByte(0, WATERMARK);
        entry.putByte(1, (byte) watermark.kind().value());
        entry.putLong(2, watermark.topicId(), LITTLE_ENDIAN);
        entry.putLong(2 + Long.BYTES, watermark.topicOffset(), LITTLE_ENDIAN);
        entry.putBytes(WATERMARK_USER, user);
        writer.add(entry, 0, WATERMARK_USER + user.length);
    }

    private static String text(final DirectBuffer buffer, final int index, final int length) {
        return buffer.getStringWithoutLengthUtf8(index, length);
    }

    private static void require(final boolean condition, final int length) {
        if (!condition) {
            throw new IllegalArgumentException("it holds an entry of " + length + " bytes that has no meaning");
        }
    }
}
