package io.stentor.transport.wire;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Labels of a message as bytes: for each label a length byte and the name in UTF-8, then a length of two bytes, little
 * endian, and the value in UTF-8.
 *
 * <pre>
 *   u8 nameLength | name | u16 valueLength | value | u8 nameLength | ...
 * </pre>
 */
public final class Tags {

    /** The most bytes that the labels of one message take, encoded. */
    public static final int LENGTH_MAX = 4096;

    private static final byte[] NONE = new byte[0];

    private Tags() {}

    /**
     * Encodes labels.
     *
     * @param tags names (1 to 255 bytes) and values.
     * @return the bytes; of length 0 for no labels.
     * @throws IllegalArgumentException when a name is empty or too long, or all together take more than
     *     {@link #LENGTH_MAX} bytes.
     */
    public static byte[] encode(final Map<String, String> tags) {
        if (tags.isEmpty()) {
            return NONE;
        }
        final byte[] bytes = new byte[LENGTH_MAX];
        int at = 0;
        for (final Map.Entry<String, String> tag : tags.entrySet()) {
            final byte[] name = tag.getKey().getBytes(StandardCharsets.UTF_8);
            final byte[] value = tag.getValue().getBytes(StandardCharsets.UTF_8);
            if (name.length == 0 || name.length > 255) {
                throw new IllegalArgumentException("a tag's name has 1 to 255 bytes, not " + name.length);
            }
            if (value.length > LENGTH_MAX - at - name.length - 3) {
                throw new IllegalArgumentException("the tags of a message take at most " + LENGTH_MAX + " bytes");
            }
            bytes[at++] = (byte) name.length;
            System.arraycopy(name, 0, bytes, at, name.length);
            at += name.length;
            bytes[at++] = (byte) value.length;
            bytes[at++] = (byte) (value.length >>> 8);
            System.arraycopy(value, 0, bytes, at, value.length);
            at += value.length;
        }
        return java.util.Arrays.copyOf(bytes, at);
    }

    /**
     * Decodes labels.
     *
     * @param buffer where they are.
     * @param index where they begin.
     * @param length how many bytes they take.
     * @return names and values in the order in which they were written.
     * @throws IllegalArgumentException when a length points beyond the range.
     */
    public static Map<String, String> decode(final DirectBuffer buffer, final int index, final int length) {
        if (length == 0) {
            return Map.of();
        }
        final Map<String, String> tags = new LinkedHashMap<>();
        final int limit = index + length;
        int at = index;
        while (at < limit) {
            final int nameLength = buffer.getByte(at++) & 0xFF;
            final int valueAt = at + nameLength + 2;
            if (valueAt > limit) {
                throw new IllegalArgumentException("a tag's name runs beyond the tags: " + nameLength);
            }
            final int valueLength = (buffer.getByte(valueAt - 2) & 0xFF) | ((buffer.getByte(valueAt - 1) & 0xFF) << 8);
            if (valueLength > limit - valueAt) {
                throw new IllegalArgumentException("a tag's value runs beyond the tags: " + valueLength);
            }
            tags.put(text(buffer, at, nameLength), text(buffer, valueAt, valueLength));
            at = valueAt + valueLength;
        }
        return tags;
    }

    private static String text(final DirectBuffer buffer, final int index, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(index, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
