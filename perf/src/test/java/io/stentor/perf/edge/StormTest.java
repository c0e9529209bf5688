package io.stentor.perf.edge;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StormTest {

    private static String answer(final String recovered, final int... offsets) {
        return "{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"x.1\",\"offset\":1,\"positioned\":true,"
                + recovered
                + "\"publications\":["
                + IntStream.of(offsets)
                        .mapToObj(offset -> "{\"data\":\"x\",\"offset\":" + offset + "}")
                        .collect(Collectors.joining(","))
                + "]}}";
    }

    @Test
    void shouldTakeAnAnswerThatIsWhole() {
        assertNull(Storm.wrong(answer("\"recovered\":true,", 2, 3, 4), 3));
    }

    @ParameterizedTest
    @CsvSource({"2 3", "2 4 3", "2 2 3", "3 4 5", "2 3 4 5"})
    void shouldRefuseAnAnswerThatIsNotWhole(final String offsets) {
        final int[] parsed =
                Arrays.stream(offsets.split(" ")).mapToInt(Integer::parseInt).toArray();
        assertTrue(Storm.wrong(answer("\"recovered\":true,", parsed), 3) != null, offsets);
    }

    @Test
    void shouldRefuseAnAnswerThatSaysThatNothingWasRecovered() {
        assertTrue(Storm.wrong(answer("", 2, 3, 4), 3).startsWith("not recovered"));
    }
}
