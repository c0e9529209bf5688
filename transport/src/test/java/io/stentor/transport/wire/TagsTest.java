package io.stentor.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class TagsTest {

    @Test
    void shouldReadWhatWasWritten() {
        final Map<String, String> tags = new LinkedHashMap<>();
        tags.put("kind", "edit");
        tags.put("leer", "");
        tags.put("schön", "größer".repeat(60));

        final byte[] bytes = Tags.encode(tags);

        assertEquals(tags, Tags.decode(new UnsafeBuffer(bytes), 0, bytes.length));
        assertEquals(Map.of(), Tags.decode(new UnsafeBuffer(bytes), 0, 0));
    }

    @Test
    void shouldRefuseTagsThatTakeTooMuchOrHaveNoName() {
        assertThrows(IllegalArgumentException.class, () -> Tags.encode(Map.of("", "x")));
        assertThrows(IllegalArgumentException.class, () -> Tags.encode(Map.of("n".repeat(256), "x")));
        assertThrows(IllegalArgumentException.class, () -> Tags.encode(Map.of("n", "x".repeat(Tags.LENGTH_MAX))));
        assertEquals(Tags.LENGTH_MAX, Tags.encode(Map.of("n", "x".repeat(Tags.LENGTH_MAX - 4))).length);
    }

    @Test
    void shouldRefuseBytesWhoseLengthsLie() {
        final byte[] bytes = Tags.encode(Map.of("name", "value"));
        for (int length = 1; length < bytes.length; length++) {
            final int cut = length;
            assertThrows(
                    IllegalArgumentException.class, () -> Tags.decode(new UnsafeBuffer(bytes), 0, cut), "at " + cut);
        }
    }
}
