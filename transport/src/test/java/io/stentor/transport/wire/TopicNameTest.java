package io.stentor.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"c", "chat:1", "$private", "a/b/c", "~!@#%^&*()"})
    void shouldTakePrintableNames(final String name) {
        assertNull(TopicName.problem(name));
    }

    @Test
    void shouldTakeTheLongestNameAndNoLongerOne() {
        assertNull(TopicName.problem("t".repeat(255)));
        assertEquals("a topic's name has at most 255 characters, not 256", TopicName.problem("t".repeat(256)));
    }

    @Test
    void shouldSayWhichCharacterIsWrong() {
        assertEquals("a topic's name is empty", TopicName.problem(""));
        assertEquals("a topic's name has printable ASCII characters only, not U+0020 at 1", TopicName.problem("a b"));
        assertEquals("a topic's name has printable ASCII characters only, not U+00E4 at 0", TopicName.problem("ä"));
        assertThrows(IllegalArgumentException.class, () -> TopicName.validate("\n"));
    }
}
