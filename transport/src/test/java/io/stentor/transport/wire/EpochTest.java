package io.stentor.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EpochTest {

    @ParameterizedTest
    @CsvSource({"1, 1, 1.1", "35, 20, z.20", "-1, 9223372036854775807, 3w5e11264sgsf.9223372036854775807"})
    void shouldReadBackWhatItWrote(final long logId, final long term, final String text) {
        assertEquals(text, Epoch.format(logId, term));
        assertEquals(new Epoch(logId, term), Epoch.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "z", "z.", ".4", "z.x", "Z.4", "z.04", "z.+4", "z.-4.", "0.1", "z.9223372036854775808"})
    void shouldRefuseTextThatItNeverWrites(final String text) {
        assertNull(Epoch.parse(text));
    }

    @Test
    void shouldRefuseTextThatIsTooLong() {
        assertNull(Epoch.parse("z." + "1".repeat(Epoch.LENGTH_MAX)));
    }
}
