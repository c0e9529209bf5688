package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KneeSearchTest {
    private final List<Long> tried = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {10_000, 12_345, 77_777, 131_072, 999_999, 1_234_567})
    void shouldFindKneeWithinThreePerCent(final long knee) throws Exception {
        final long found = search(knee, 10_000, 10_000_000);

        assertTrue(found <= knee && found * 1.03 >= knee, found + " for " + knee);
        assertTrue(tried.size() < 25, () -> "tried " + tried);
    }

    @Test
    void shouldGoDownWhenTheFirstRateFails() throws Exception {
        final long found = search(3_000, 10_000, 10_000_000);

        assertTrue(found <= 3_000 && found * 1.03 >= 3_000, "found " + found);
    }

    @Test
    void shouldEndAtTheHighestRateThatIsTried() throws Exception {
        assertEquals(50_000, search(Long.MAX_VALUE, 10_000, 50_000));
    }

    @Test
    void shouldSayZeroWhenNothingPasses() throws Exception {
        assertEquals(0, search(0, 10_000, 50_000));
        assertTrue(tried.contains(10L), () -> "a thousandth of the first was tried: " + tried);
    }

    @Test
    void shouldTryARateThatFailedOnceMore() throws Exception {
        final long found = new KneeSearch(
                        rate -> {
                            tried.add(rate);
                            // Every third trial is hit by a neighbour.
                            return rate <= 40_000 && tried.size() % 3 != 0;
                        },
                        1_000_000)
                .search(10_000);

        assertTrue(found <= 40_000 && found * 1.03 >= 40_000, "found " + found);
    }

    private long search(final long knee, final long from, final long to) throws Exception {
        return new KneeSearch(
                        rate -> {
                            tried.add(rate);
                            return rate <= knee;
                        },
                        to)
                .search(from);
    }
}
