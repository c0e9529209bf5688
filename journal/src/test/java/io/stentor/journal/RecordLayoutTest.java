package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecordLayoutTest {
    private static final int OFFSET = 24;
    private static final byte[] PAYLOAD = "{\"text\":\"hello\"}".getBytes(StandardCharsets.UTF_8);

    /** Every field has a value of its own, so that a moved or swapped one shows. */
    private static MutableDirectBuffer message() {
        MutableDirectBuffer buffer = new UnsafeBuffer(new byte[1024]);
        int bodyLength = MessageBody.length(5, 4, 3, 2, PAYLOAD.length);
        RecordLayout.start(buffer, OFFSET, RecordType.MESSAGE, bodyLength);
        MessageBody.lengths(buffer, OFFSET, 5, 4, 3, 2);
        buffer.putStringWithoutLengthAscii(MessageBody.senderOffset(OFFSET), "alice");
        buffer.putStringWithoutLengthAscii(MessageBody.messageIdOffset(buffer, OFFSET), "id-1");
        buffer.putStringWithoutLengthAscii(MessageBody.originOffset(buffer, OFFSET), "c42");
        buffer.putStringWithoutLengthAscii(MessageBody.tagsOffset(buffer, OFFSET), "t1");
        buffer.putBytes(MessageBody.payloadOffset(buffer, OFFSET), PAYLOAD);
        RecordLayout.sealBody(buffer, OFFSET);
        RecordLayout.sequence(buffer, OFFSET, 0x0102030405060708L);
        RecordLayout.term(buffer, OFFSET, 0x1112131415161718L);
        RecordLayout.timestampNs(buffer, OFFSET, 0x18E3A9D2C4B50617L);
        RecordLayout.expiresAtNs(buffer, OFFSET, 0x18E3A9D2C4B59999L);
        RecordLayout.topicId(buffer, OFFSET, 0x2122232425262728L);
        RecordLayout.offset(buffer, OFFSET, 0x0011223344556677L);
        RecordLayout.producerId(buffer, OFFSET, 0x3132333435363738L);
        RecordLayout.producerSequence(buffer, OFFSET, 0x4142434445464748L);
        RecordLayout.groupId(buffer, OFFSET, 0x51525354);
        RecordLayout.keyId(buffer, OFFSET, 0x61626364);
        RecordLayout.mapEpoch(buffer, OFFSET, 0x71727374);
        RecordLayout.deliveryClass(buffer, OFFSET, (byte) 0x0A);
        RecordLayout.ackLevel(buffer, OFFSET, (byte) 0x0B);
        RecordLayout.flags(buffer, OFFSET, (short) 0x0C0D);
        RecordLayout.sealHeader(buffer, OFFSET);
        return buffer;
    }

    @Test
    void shouldKeepTheFormatOfVersionOne() throws IOException {
        MutableDirectBuffer buffer = message();
        byte[] written = new byte[RecordLayout.length(buffer, OFFSET)];
        buffer.getBytes(OFFSET, written);
        try (InputStream golden = getClass().getResourceAsStream("record-v1.bin")) {
            assertArrayEquals(golden.readAllBytes(), written);
        }
    }

    @Test
    void shouldReadTheFormatOfVersionOne() throws IOException {
        UnsafeBuffer record;
        try (InputStream golden = getClass().getResourceAsStream("record-v1.bin")) {
            record = new UnsafeBuffer(golden.readAllBytes());
        }
        assertEquals(RecordDamage.NONE, RecordLayout.verify(record, 0, record.capacity()));
        assertEquals(RecordType.MESSAGE, RecordLayout.type(record, 0));
        assertEquals(0x0102030405060708L, RecordLayout.sequence(record, 0));
        assertEquals(0x1112131415161718L, RecordLayout.term(record, 0));
        assertEquals(0x18E3A9D2C4B50617L, RecordLayout.timestampNs(record, 0));
        assertEquals(0x18E3A9D2C4B59999L, RecordLayout.expiresAtNs(record, 0));
        assertEquals(0x2122232425262728L, RecordLayout.topicId(record, 0));
        assertEquals(0x0011223344556677L, RecordLayout.offset(record, 0));
        assertEquals(0x3132333435363738L, RecordLayout.producerId(record, 0));
        assertEquals(0x4142434445464748L, RecordLayout.producerSequence(record, 0));
        assertEquals(0x51525354, RecordLayout.groupId(record, 0));
        assertEquals(0x61626364, RecordLayout.keyId(record, 0));
        assertEquals(0x71727374, RecordLayout.mapEpoch(record, 0));
        assertEquals(0x0A, RecordLayout.deliveryClass(record, 0));
        assertEquals(0x0B, RecordLayout.ackLevel(record, 0));
        assertEquals(0x0C0D, RecordLayout.flags(record, 0));
        assertEquals("alice", text(record, MessageBody.senderOffset(0), MessageBody.senderLength(record, 0)));
        assertEquals(
                "id-1", text(record, MessageBody.messageIdOffset(record, 0), MessageBody.messageIdLength(record, 0)));
        assertEquals("c42", text(record, MessageBody.originOffset(record, 0), MessageBody.originLength(record, 0)));
        assertEquals("t1", text(record, MessageBody.tagsOffset(record, 0), MessageBody.tagsLength(record, 0)));
        assertEquals(
                "{\"text\":\"hello\"}",
                text(record, MessageBody.payloadOffset(record, 0), MessageBody.payloadLength(record, 0)));
    }

    @Test
    void shouldDetectAnyFlippedBit() {
        MutableDirectBuffer buffer = message();
        int length = RecordLayout.length(buffer, OFFSET);
        assertEquals(RecordDamage.NONE, RecordLayout.verify(buffer, OFFSET, length));
        for (int bit = 0; bit < length * Byte.SIZE; bit++) {
            flip(buffer, bit);
            RecordDamage damage = RecordLayout.verify(buffer, OFFSET, length);
            assertEquals(false, damage == RecordDamage.NONE, "bit " + bit + " was flipped unseen");
            flip(buffer, bit);
        }
    }

    @Test
    void shouldFindEveryFlippedBitInOnePassToo() {
        MutableDirectBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(1024));
        buffer.putBytes(0, message(), 0, buffer.capacity());
        long address = buffer.addressOffset() + OFFSET;
        int length = RecordLayout.length(buffer, OFFSET);
        long sequence = RecordLayout.sequence(buffer, OFFSET);
        assertEquals(length, SoundRecord.length(address, length, sequence));
        for (int bit = 0; bit < length * Byte.SIZE; bit++) {
            flip(buffer, bit);
            assertEquals(0, SoundRecord.length(address, length, sequence), "bit " + bit + " was flipped unseen");
            flip(buffer, bit);
        }
    }

    @Test
    void shouldTakeNoRecordInOnePassThatIsCutOrNotTheOneExpected() {
        MutableDirectBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(1024));
        buffer.putBytes(0, message(), 0, buffer.capacity());
        long address = buffer.addressOffset() + OFFSET;
        int length = RecordLayout.length(buffer, OFFSET);
        long sequence = RecordLayout.sequence(buffer, OFFSET);
        assertEquals(0, SoundRecord.length(address, length - 1, sequence));
        assertEquals(0, SoundRecord.length(address, length, sequence + 1));
        RecordLayout.length(buffer, OFFSET, RecordLayout.HEADER_LENGTH - 1);
        RecordLayout.sealHeader(buffer, OFFSET);
        assertEquals(0, SoundRecord.length(address, length, sequence));
        RecordLayout.length(buffer, OFFSET, RecordLayout.MAX_LENGTH + 1);
        RecordLayout.sealHeader(buffer, OFFSET);
        assertEquals(0, SoundRecord.length(address, Integer.MAX_VALUE, sequence));
    }

    @Test
    void shouldNameTheDamage() {
        MutableDirectBuffer buffer = message();
        int length = RecordLayout.length(buffer, OFFSET);
        assertEquals(RecordDamage.TRUNCATED, RecordLayout.verify(buffer, OFFSET, RecordLayout.HEADER_LENGTH - 1));
        assertEquals(RecordDamage.TRUNCATED, RecordLayout.verify(buffer, OFFSET, length - 1));
        assertEquals(RecordDamage.MAGIC, RecordLayout.verify(buffer, OFFSET + 8, length));
        RecordLayout.sequence(buffer, OFFSET, 1);
        assertEquals(RecordDamage.HEADER_CHECKSUM, RecordLayout.verify(buffer, OFFSET, length));
        RecordLayout.sealHeader(buffer, OFFSET);
        buffer.putByte(OFFSET + length - 1, (byte) 0);
        assertEquals(RecordDamage.BODY_CHECKSUM, RecordLayout.verify(buffer, OFFSET, length));
    }

    @Test
    void shouldRefuseABodyThatIsTooLong() {
        MutableDirectBuffer buffer = Records.buffer();
        int longest = RecordLayout.MAX_LENGTH - RecordLayout.HEADER_LENGTH;
        RecordLayout.start(buffer, 0, RecordType.TICK, longest);
        assertThrows(IllegalArgumentException.class, () -> RecordLayout.start(buffer, 0, RecordType.TICK, longest + 1));
    }

    @Test
    void shouldComputeTheChecksumOfTheJdkWhereverTheBytesAre() {
        byte[] bytes = new byte[777];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 7);
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 3, 700);
        int expected = (int) crc.getValue();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        UnsafeBuffer offHeap = new UnsafeBuffer(direct);
        assertEquals(expected, RecordChecksum.compute(new UnsafeBuffer(bytes), 3, 700));
        assertEquals(expected, RecordChecksum.compute(new UnsafeBuffer(bytes, 1, 770), 2, 700));
        assertEquals(expected, RecordChecksum.compute(offHeap, 3, 700));
        UnsafeBuffer mapped = new UnsafeBuffer(offHeap.addressOffset() + 3, 700);
        assertEquals(expected, RecordChecksum.compute(mapped, 0, 700));
        assertEquals(expected, RecordChecksum.compute(mapped.addressOffset(), 700));
        assertEquals(0, RecordChecksum.compute(mapped, 0, 0));
    }

    @Test
    void shouldRejectABodyWhoseLengthsDoNotFit() {
        MutableDirectBuffer buffer = message();
        assertEquals(true, MessageBody.isWellFormed(buffer, OFFSET));
        buffer.putShort(OFFSET + RecordLayout.BODY_OFFSET + 6, (short) 4_000);
        assertEquals(false, MessageBody.isWellFormed(buffer, OFFSET));
        RecordLayout.start(buffer, OFFSET, RecordType.MESSAGE, 7);
        assertEquals(false, MessageBody.isWellFormed(buffer, OFFSET));
    }

    private static void flip(MutableDirectBuffer buffer, int bit) {
        int index = OFFSET + bit / Byte.SIZE;
        buffer.putByte(index, (byte) (buffer.getByte(index) ^ 1 << bit % Byte.SIZE));
    }

    private static String text(UnsafeBuffer buffer, int offset, int length) {
        return buffer.getStringWithoutLengthAscii(offset, length);
    }
}
