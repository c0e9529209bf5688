package io.stentor.engine.pipeline;

import com.dynatrace.hash4j.hashing.ByteAccess;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import org.agrona.DirectBuffer;

/**
 * The hashes under which repeats are found. They are part of what a restart rebuilds from the journal, so the functions
 * and their seeds never change: XXH3 with 64 bits and three seeds, 128 bits for a key and 64 for a content.
 */
final class MessageKeys {

    private static final ByteAccess<DirectBuffer> ACCESS = new BufferAccess();
    private static final Hasher64 NAME = Hashing.xxh3_64(0x53746E74_4E616D65L);
    private static final Hasher64 KEY_HIGH = Hashing.xxh3_64(0x53746E74_4B657931L);
    private static final Hasher64 KEY_LOW = Hashing.xxh3_64(0x53746E74_4B657932L);
    private static final Hasher64 CONTENT = Hashing.xxh3_64(0x53746E74_436F6E74L);
    /** The 64-bit golden ratio, as in splitmix64: spreads the topic's hash over the key's. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private MessageKeys() {}

    static long hashOfName(final String name) {
        return NAME.hashCharsToLong(name);
    }

    /** Of the sender's bytes and, right behind them, the message id's; the sender's length keeps the two apart. */
    static long keyHigh(
            final DirectBuffer buffer,
            final int index,
            final int senderLength,
            final int messageIdLength,
            final long topicHash) {
        final long hash = KEY_HIGH.hashBytesToLong(buffer, index, senderLength + messageIdLength, ACCESS);
        return hash ^ ((topicHash + senderLength) * SPREAD);
    }

    /** The other half of the key, from the same bytes. */
    static long keyLow(
            final DirectBuffer buffer,
            final int index,
            final int senderLength,
            final int messageIdLength,
            final long topicHash) {
        final long hash = KEY_LOW.hashBytesToLong(buffer, index, senderLength + messageIdLength, ACCESS);
        return hash + Long.rotateLeft(topicHash, 32) * SPREAD + senderLength;
    }

    static long content(final DirectBuffer buffer, final int index, final int length) {
        return CONTENT.hashBytesToLong(buffer, index, length, ACCESS);
    }

    /** Of a payload and its topic, for a producer's number, which says nothing about the topic. */
    static long content(final DirectBuffer buffer, final int index, final int length, final long topicHash) {
        return content(buffer, index, length) ^ topicHash;
    }

    /** Reads an Agrona buffer in place. */
    private static final class BufferAccess implements ByteAccess<DirectBuffer> {

        @Override
        public byte getByte(final DirectBuffer data, final long idx) {
            return data.getByte((int) idx);
        }
    }
}
