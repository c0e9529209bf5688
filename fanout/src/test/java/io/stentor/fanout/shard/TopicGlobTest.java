package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TopicGlobTest {

    @ParameterizedTest
    @CsvSource({
        "'', anything, true",
        "a, a, true",
        "a, ab, false",
        "chat:*, chat:, true",
        "chat:*, chat:1:2, true",
        "chat:*, news, false",
        "*:1, chat:1:1, true",
        "a*b*c, a1b2b3c, true",
        "a*b*c, a1b2b3, false",
        "?, a, true",
        "?, ab, false",
        "a?c*, abcd, true",
        "**, x, true",
    })
    void shouldMatchTheWholeName(final String pattern, final String name, final boolean matches) {
        assertEquals(matches, new TopicGlob(pattern).matches(name));
    }
}
