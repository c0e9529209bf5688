package io.stentor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class JvmFlagsTest {

    @Test
    void shouldFindAllFlagsGivenInThisJvm() {
        assertEquals(List.of(), JvmFlags.missing(JvmFlags.read(), Object.class.getModule()));
        assertTrue(JvmFlags.read().size() > 4);
    }

    @Test
    void shouldNameEveryFlagThatIsMissing() {
        final String opens = "--add-opens=java.base/sun.security.action=ALL-UNNAMED";
        final String exports = "--add-exports=java.base/sun.security.action=ALL-UNNAMED";

        assertEquals(
                List.of(opens, exports), JvmFlags.missing(List.of(opens, exports, "-Xmx1g"), Object.class.getModule()));
    }
}
