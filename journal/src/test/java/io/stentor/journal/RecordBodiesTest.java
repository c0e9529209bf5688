package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordBodiesTest {
    private static final int OFFSET = 8;
    private final MutableDirectBuffer buffer = new UnsafeBuffer(new byte[2048]);

    @Test
    void shouldReadBackTheNameOfATopic() {
        UnsafeBuffer name = new UnsafeBuffer("chat:Zürich".getBytes(StandardCharsets.UTF_8));
        RecordLayout.start(buffer, OFFSET, RecordType.TOPIC, name.capacity());
        TopicBody.name(buffer, OFFSET, name, 0, name.capacity());
        assertEquals("chat:Zürich", TopicBody.name(buffer, OFFSET));
        assertThrows(IllegalArgumentException.class, () -> TopicBody.name(buffer, OFFSET, name, 0, 0));
    }

    @Test
    void shouldReadBackATerm() {
        byte[] software = "stentor 0.1.0".getBytes(StandardCharsets.UTF_8);
        RecordLayout.start(buffer, OFFSET, RecordType.TERM, TermBody.length(software.length));
        TermBody.logId(buffer, OFFSET, 77);
        TermBody.startEpochMs(buffer, OFFSET, 1_793_491_200_000L);
        TermBody.software(buffer, OFFSET, software);
        assertEquals(77, TermBody.logId(buffer, OFFSET));
        assertEquals(1_793_491_200_000L, TermBody.startEpochMs(buffer, OFFSET));
        assertEquals("stentor 0.1.0", TermBody.software(buffer, OFFSET));
    }

    @Test
    void shouldWalkCursors() {
        byte[] user = new byte[255];
        byte[] device = {1, 2, 3};
        RecordLayout.start(
                buffer, OFFSET, RecordType.CURSOR, CursorBody.entryLength(255, 3) + CursorBody.entryLength(0, 0));
        int second = CursorBody.put(buffer, CursorBody.firstEntry(OFFSET), 41, user, device);
        int end = CursorBody.put(buffer, second, 42, new byte[0], new byte[0]);

        int entry = CursorBody.firstEntry(OFFSET);
        assertEquals(end, CursorBody.end(buffer, OFFSET));
        assertTrue(CursorBody.isWellFormed(buffer, entry, end));
        assertEquals(41, CursorBody.sequence(buffer, entry));
        assertEquals(255, CursorBody.userLength(buffer, entry));
        assertEquals(3, CursorBody.deviceLength(buffer, entry));
        assertEquals(3, buffer.getByte(CursorBody.deviceOffset(buffer, entry) + 2));
        entry = CursorBody.nextEntry(buffer, entry);
        assertTrue(CursorBody.isWellFormed(buffer, entry, end));
        assertEquals(42, CursorBody.sequence(buffer, entry));
        assertEquals(end, CursorBody.nextEntry(buffer, entry));
        assertFalse(CursorBody.isWellFormed(buffer, entry, end - 1));
    }

    @Test
    void shouldWalkWatermarks() {
        byte[] user = {'b', 'o', 'b'};
        RecordLayout.start(
                buffer, OFFSET, RecordType.WATERMARK, WatermarkBody.PREFIX_LENGTH + 2 * WatermarkBody.entryLength(3));
        WatermarkBody.kind(buffer, OFFSET, WatermarkBody.KIND_READ);
        int second = WatermarkBody.put(buffer, WatermarkBody.firstEntry(OFFSET), 5, 50, user);
        int end = WatermarkBody.put(buffer, second, 6, 60, user);

        assertEquals(WatermarkBody.KIND_READ, WatermarkBody.kind(buffer, OFFSET));
        assertEquals(end, WatermarkBody.end(buffer, OFFSET));
        int entry = WatermarkBody.nextEntry(buffer, WatermarkBody.firstEntry(OFFSET));
        assertTrue(WatermarkBody.isWellFormed(buffer, entry, end));
        assertEquals(6, WatermarkBody.topicId(buffer, entry));
        assertEquals(60, WatermarkBody.offset(buffer, entry));
        assertEquals('b', buffer.getByte(WatermarkBody.userOffset(entry)));
        assertFalse(WatermarkBody.isWellFormed(buffer, entry, end - 1));
    }
}
