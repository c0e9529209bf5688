package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Where each field of a record lies: a header of 96 bytes, then the body. All integers are little endian.
 *
 * <pre>
 *   0        4    6 7 8               16              24              32
 *   +--------+----+-+-+---------------+---------------+---------------+
 *   | length |magi|v|t|   sequence    |     term      |  timestampNs  |
 *   +--------+----+-+-+---------------+---------------+---------------+
 *   32              40              48              56               64
 *   +---------------+---------------+---------------+----------------+
 *   |  expiresAtNs  |    topicId    |    offset     |   producerId   |
 *   +---------------+---------------+---------------+----------------+
 *   64              72      76      80      84 85 86   88       92      96
 *   +---------------+-------+-------+-------+--+--+----+--------+-------+
 *   | producerSeq.  |groupId| keyId |mapEpoc|cl|ac|flag|bodyCrc |headCrc|
 *   +---------------+-------+-------+-------+--+--+----+--------+-------+
 *   96                                                           length
 *   +-------------------------- - - - -----------------------------+
 *   |                            body                              |
 *   +-------------------------- - - - -----------------------------+
 * </pre>
 *
 * <table>
 * <caption>Fields</caption>
 * <tr><td>length</td><td>int</td><td>bytes of header and body, without padding</td></tr>
 * <tr><td>magic</td><td>short</td><td>{@link #MAGIC}</td></tr>
 * <tr><td>version</td><td>byte</td><td>{@link #VERSION}</td></tr>
 * <tr><td>type</td><td>byte</td><td>a {@link RecordType}</td></tr>
 * <tr><td>sequence</td><td>long</td><td>dense number of the record in its log, from 1</td></tr>
 * <tr><td>term</td><td>long</td><td>term in which it was sequenced, from 1</td></tr>
 * <tr><td>timestampNs</td><td>long</td><td>engine time, nanoseconds since 1970; never decreases with the sequence</td></tr>
 * <tr><td>expiresAtNs</td><td>long</td><td>engine time from which it is no longer delivered; 0 is never</td></tr>
 * <tr><td>topicId</td><td>long</td><td>interned topic, from 1; 0 is none</td></tr>
 * <tr><td>offset</td><td>long</td><td>dense number of the message in its topic, from 1, below 2^53; 0 is none</td></tr>
 * <tr><td>producerId</td><td>long</td><td>producer or device that numbers its messages; 0 is none</td></tr>
 * <tr><td>producerSequence</td><td>long</td><td>that producer's number of the message</td></tr>
 * <tr><td>groupId</td><td>int</td><td>group of members that holds this log</td></tr>
 * <tr><td>keyId</td><td>int</td><td>key that the body is encrypted with; 0 is none</td></tr>
 * <tr><td>mapEpoch</td><td>int</td><td>version of the map of partitions to groups</td></tr>
 * <tr><td>deliveryClass</td><td>byte</td><td>code of the topic's delivery class</td></tr>
 * <tr><td>ackLevel</td><td>byte</td><td>code of the level that the publisher asked for</td></tr>
 * <tr><td>flags</td><td>short</td><td>bits, by type; unknown ones are 0</td></tr>
 * <tr><td>bodyChecksum</td><td>int</td><td>CRC32C of the body</td></tr>
 * <tr><td>headerChecksum</td><td>int</td><td>CRC32C of bytes 0 to 91, which include the body's</td></tr>
 * </table>
 *
 * <p>A record is made in two steps by two threads. The publisher writes the body and what it alone knows and calls
 * {@link #sealBody}; the sequencing step fills the rest and calls {@link #sealHeader}. The dear checksum is thereby
 * computed by the many, the cheap one (5 ns) by the one.
 *
 * <p>Inside an excerpt of the journal each record is padded with zeros to {@link #alignedLength}. Stateless: any thread
 * may call any method on bytes that it owns. Offsets are not checked beyond what the buffer itself checks.
 */
public final class RecordLayout {
    /** The bytes "S" and "T" in a dump; the first thing that a reader looks for. */
    public static final short MAGIC = 0x5453;

    /** Version of this layout. */
    public static final byte VERSION = 1;

    /** Length of the header in bytes. */
    public static final int HEADER_LENGTH = 96;

    /** Where the body begins, from the record's start. */
    public static final int BODY_OFFSET = HEADER_LENGTH;

    /** Records start at multiples of this within an excerpt. */
    public static final int ALIGNMENT = 8;

    /**
     * Longest record in bytes: sixteen times the default limit of a payload, and small against the 16 MiB that Chronicle
     * keeps mapped beyond each 64 MiB block, so that a record always lies in one mapping.
     */
    public static final int MAX_LENGTH = 1024 * 1024;

    static final int LENGTH_OFFSET = 0;
    static final int MAGIC_OFFSET = 4;
    static final int VERSION_OFFSET = 6;
    static final int TYPE_OFFSET = 7;
    static final int SEQUENCE_OFFSET = 8;
    static final int TERM_OFFSET = 16;
    static final int TIMESTAMP_OFFSET = 24;
    static final int EXPIRES_AT_OFFSET = 32;
    static final int TOPIC_ID_OFFSET = 40;
    static final int OFFSET_OFFSET = 48;
    static final int PRODUCER_ID_OFFSET = 56;
    static final int PRODUCER_SEQUENCE_OFFSET = 64;
    static final int GROUP_ID_OFFSET = 72;
    static final int KEY_ID_OFFSET = 76;
    static final int MAP_EPOCH_OFFSET = 80;
    static final int DELIVERY_CLASS_OFFSET = 84;
    static final int ACK_LEVEL_OFFSET = 85;
    static final int FLAGS_OFFSET = 86;
    static final int BODY_CHECKSUM_OFFSET = 88;
    static final int HEADER_CHECKSUM_OFFSET = 92;

    private RecordLayout() {}

    /**
     * Starts a record: zeroes the header and writes magic, version, type and length.
     *
     * @param buffer to write to.
     * @param recordOffset where the record starts.
     * @param type a {@link RecordType}.
     * @param bodyLength in bytes, at most {@link #MAX_LENGTH} less the header.
     * @throws IllegalArgumentException if the body is too long.
     */
    public static void start(MutableDirectBuffer buffer, int recordOffset, byte type, int bodyLength) {
        if (bodyLength < 0 || bodyLength > MAX_LENGTH - HEADER_LENGTH) {
            throw new IllegalArgumentException(
                    "bodyLength=" + bodyLength + " bytes is not within 0.." + (MAX_LENGTH - HEADER_LENGTH));
        }
        buffer.setMemory(recordOffset, HEADER_LENGTH, (byte) 0);
        buffer.putInt(recordOffset + LENGTH_OFFSET, HEADER_LENGTH + bodyLength, LITTLE_ENDIAN);
        buffer.putShort(recordOffset + MAGIC_OFFSET, MAGIC, LITTLE_ENDIAN);
        buffer.putByte(recordOffset + VERSION_OFFSET, VERSION);
        buffer.putByte(recordOffset + TYPE_OFFSET, type);
    }

    /**
     * Computes and writes the body's checksum; the length must have been written and the body must be complete.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     */
    public static void sealBody(MutableDirectBuffer buffer, int recordOffset) {
        int checksum = RecordChecksum.compute(buffer, recordOffset + BODY_OFFSET, bodyLength(buffer, recordOffset));
        buffer.putInt(recordOffset + BODY_CHECKSUM_OFFSET, checksum, LITTLE_ENDIAN);
    }

    /**
     * Computes and writes the header's checksum; every other field must be final and the body sealed.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     */
    public static void sealHeader(MutableDirectBuffer buffer, int recordOffset) {
        int checksum = RecordChecksum.compute(buffer, recordOffset, HEADER_CHECKSUM_OFFSET);
        buffer.putInt(recordOffset + HEADER_CHECKSUM_OFFSET, checksum, LITTLE_ENDIAN);
    }

    /**
     * Checks a record before any of its fields is believed. Never throws and never reads beyond what is available.
     *
     * @param buffer that holds the bytes.
     * @param recordOffset where the record should start.
     * @param available bytes from there that may be read.
     * @return {@link RecordDamage#NONE}, or the first thing found wrong.
     */
    public static RecordDamage verify(DirectBuffer buffer, int recordOffset, int available) {
        if (available < HEADER_LENGTH) {
            return RecordDamage.TRUNCATED;
        }
        if (buffer.getShort(recordOffset + MAGIC_OFFSET, LITTLE_ENDIAN) != MAGIC) {
            return RecordDamage.MAGIC;
        }
        if (buffer.getByte(recordOffset + VERSION_OFFSET) != VERSION) {
            return RecordDamage.VERSION;
        }
        int length = length(buffer, recordOffset);
        if (length < HEADER_LENGTH || length > MAX_LENGTH) {
            return RecordDamage.LENGTH;
        }
        if (RecordChecksum.compute(buffer, recordOffset, HEADER_CHECKSUM_OFFSET)
                != headerChecksum(buffer, recordOffset)) {
            return RecordDamage.HEADER_CHECKSUM;
        }
        if (length > available) {
            return RecordDamage.TRUNCATED;
        }
        if (RecordChecksum.compute(buffer, recordOffset + BODY_OFFSET, length - HEADER_LENGTH)
                != bodyChecksum(buffer, recordOffset)) {
            return RecordDamage.BODY_CHECKSUM;
        }
        return RecordDamage.NONE;
    }

    /**
     * Length that a record takes up in an excerpt.
     *
     * @param length of header and body in bytes.
     * @return the length padded to {@link #ALIGNMENT}.
     */
    public static int alignedLength(int length) {
        return BitUtil.align(length, ALIGNMENT);
    }

    /**
     * Length of header and body in bytes, without padding.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return length of header and body in bytes.
     */
    public static int length(DirectBuffer buffer, int recordOffset) {
        return buffer.getInt(recordOffset + LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Length of the body in bytes.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return length of the body.
     */
    public static int bodyLength(DirectBuffer buffer, int recordOffset) {
        return length(buffer, recordOffset) - HEADER_LENGTH;
    }

    /** Writes what {@link #length(DirectBuffer, int)} reads. */
    public static void length(MutableDirectBuffer buffer, int recordOffset, int length) {
        buffer.putInt(recordOffset + LENGTH_OFFSET, length, LITTLE_ENDIAN);
    }

    /**
     * Type of the record.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return a {@link RecordType}.
     */
    public static byte type(DirectBuffer buffer, int recordOffset) {
        return buffer.getByte(recordOffset + TYPE_OFFSET);
    }

    /** Writes what {@link #type(DirectBuffer, int)} reads. */
    public static void type(MutableDirectBuffer buffer, int recordOffset, byte type) {
        buffer.putByte(recordOffset + TYPE_OFFSET, type);
    }

    /**
     * Dense number of the record in its log.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return sequence, from 1.
     */
    public static long sequence(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #sequence(DirectBuffer, int)} reads. */
    public static void sequence(MutableDirectBuffer buffer, int recordOffset, long sequence) {
        buffer.putLong(recordOffset + SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
    }

    /**
     * Term in which the record was sequenced.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return term, from 1.
     */
    public static long term(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + TERM_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #term(DirectBuffer, int)} reads. */
    public static void term(MutableDirectBuffer buffer, int recordOffset, long term) {
        buffer.putLong(recordOffset + TERM_OFFSET, term, LITTLE_ENDIAN);
    }

    /**
     * Engine time of the record.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return nanoseconds since 1970.
     */
    public static long timestampNs(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + TIMESTAMP_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #timestampNs(DirectBuffer, int)} reads. */
    public static void timestampNs(MutableDirectBuffer buffer, int recordOffset, long timestampNs) {
        buffer.putLong(recordOffset + TIMESTAMP_OFFSET, timestampNs, LITTLE_ENDIAN);
    }

    /**
     * Engine time from which the record is no longer delivered.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return nanoseconds since 1970, or 0 for never.
     */
    public static long expiresAtNs(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + EXPIRES_AT_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #expiresAtNs(DirectBuffer, int)} reads. */
    public static void expiresAtNs(MutableDirectBuffer buffer, int recordOffset, long expiresAtNs) {
        buffer.putLong(recordOffset + EXPIRES_AT_OFFSET, expiresAtNs, LITTLE_ENDIAN);
    }

    /**
     * Interned topic of the record.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return id from 1, or 0 for none.
     */
    public static long topicId(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + TOPIC_ID_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #topicId(DirectBuffer, int)} reads. */
    public static void topicId(MutableDirectBuffer buffer, int recordOffset, long topicId) {
        buffer.putLong(recordOffset + TOPIC_ID_OFFSET, topicId, LITTLE_ENDIAN);
    }

    /**
     * Dense number of the message in its topic.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return offset from 1, or 0 for none.
     */
    public static long offset(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + OFFSET_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #offset(DirectBuffer, int)} reads. */
    public static void offset(MutableDirectBuffer buffer, int recordOffset, long offset) {
        buffer.putLong(recordOffset + OFFSET_OFFSET, offset, LITTLE_ENDIAN);
    }

    /**
     * Producer or device that numbers its messages.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return id, or 0 for none.
     */
    public static long producerId(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + PRODUCER_ID_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #producerId(DirectBuffer, int)} reads. */
    public static void producerId(MutableDirectBuffer buffer, int recordOffset, long producerId) {
        buffer.putLong(recordOffset + PRODUCER_ID_OFFSET, producerId, LITTLE_ENDIAN);
    }

    /**
     * The producer's own number of the message.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return number, or 0 for none.
     */
    public static long producerSequence(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + PRODUCER_SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #producerSequence(DirectBuffer, int)} reads. */
    public static void producerSequence(MutableDirectBuffer buffer, int recordOffset, long producerSequence) {
        buffer.putLong(recordOffset + PRODUCER_SEQUENCE_OFFSET, producerSequence, LITTLE_ENDIAN);
    }

    /**
     * Group of members that holds the log.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return id of the group.
     */
    public static int groupId(DirectBuffer buffer, int recordOffset) {
        return buffer.getInt(recordOffset + GROUP_ID_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #groupId(DirectBuffer, int)} reads. */
    public static void groupId(MutableDirectBuffer buffer, int recordOffset, int groupId) {
        buffer.putInt(recordOffset + GROUP_ID_OFFSET, groupId, LITTLE_ENDIAN);
    }

    /**
     * Key that the body is encrypted with.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return id of the key, or 0 for none.
     */
    public static int keyId(DirectBuffer buffer, int recordOffset) {
        return buffer.getInt(recordOffset + KEY_ID_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #keyId(DirectBuffer, int)} reads. */
    public static void keyId(MutableDirectBuffer buffer, int recordOffset, int keyId) {
        buffer.putInt(recordOffset + KEY_ID_OFFSET, keyId, LITTLE_ENDIAN);
    }

    /**
     * Version of the map of partitions to groups.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return version of the map.
     */
    public static int mapEpoch(DirectBuffer buffer, int recordOffset) {
        return buffer.getInt(recordOffset + MAP_EPOCH_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #mapEpoch(DirectBuffer, int)} reads. */
    public static void mapEpoch(MutableDirectBuffer buffer, int recordOffset, int mapEpoch) {
        buffer.putInt(recordOffset + MAP_EPOCH_OFFSET, mapEpoch, LITTLE_ENDIAN);
    }

    /**
     * Code of the topic's delivery class.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return code of the class.
     */
    public static byte deliveryClass(DirectBuffer buffer, int recordOffset) {
        return buffer.getByte(recordOffset + DELIVERY_CLASS_OFFSET);
    }

    /** Writes what {@link #deliveryClass(DirectBuffer, int)} reads. */
    public static void deliveryClass(MutableDirectBuffer buffer, int recordOffset, byte deliveryClass) {
        buffer.putByte(recordOffset + DELIVERY_CLASS_OFFSET, deliveryClass);
    }

    /**
     * Code of the level that the publisher asked for.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return code of the level.
     */
    public static byte ackLevel(DirectBuffer buffer, int recordOffset) {
        return buffer.getByte(recordOffset + ACK_LEVEL_OFFSET);
    }

    /** Writes what {@link #ackLevel(DirectBuffer, int)} reads. */
    public static void ackLevel(MutableDirectBuffer buffer, int recordOffset, byte ackLevel) {
        buffer.putByte(recordOffset + ACK_LEVEL_OFFSET, ackLevel);
    }

    /**
     * Bits whose meaning depends on the type.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return the bits; unknown ones are 0.
     */
    public static short flags(DirectBuffer buffer, int recordOffset) {
        return buffer.getShort(recordOffset + FLAGS_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #flags(DirectBuffer, int)} reads. */
    public static void flags(MutableDirectBuffer buffer, int recordOffset, short flags) {
        buffer.putShort(recordOffset + FLAGS_OFFSET, flags, LITTLE_ENDIAN);
    }

    /**
     * Checksum of the body, as written.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return CRC32C that {@link #sealBody} wrote.
     */
    public static int bodyChecksum(DirectBuffer buffer, int recordOffset) {
        return buffer.getInt(recordOffset + BODY_CHECKSUM_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Checksum of the header, as written.
     *
     * @param buffer that holds the record.
     * @param recordOffset where the record starts.
     * @return CRC32C that {@link #sealHeader} wrote.
     */
    public static int headerChecksum(DirectBuffer buffer, int recordOffset) {
        return buffer.getInt(recordOffset + HEADER_CHECKSUM_OFFSET, LITTLE_ENDIAN);
    }
}
