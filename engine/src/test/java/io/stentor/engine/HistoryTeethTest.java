package io.stentor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.history.Verdict;
import io.stentor.engine.history.Violation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checker finds each bug that is planted, and nothing where there is none. */
final class HistoryTeethTest {

    /** Any would do; fixed, so that what is caught once is caught always. */
    private static final long SEED = 20_261_122;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {SEED, 1, 2, 3})
    void shouldFindNothingWhereThereIsNoBug(final long seed) throws IOException {
        final Scenario scenario = new Scenario(Bug.NONE, seed, directory);
        final Verdict verdict = scenario.run();

        assertEquals(List.of(), verdict.violations(), verdict::toString);
        assertEquals(0, scenario.stalls(), "what was waited for in vain");
        assertTrue(verdict.takenBack() > 0, () -> "no power cut took anything, so nothing was tried: " + verdict);
        assertTrue(verdict.acknowledged() > 150 && verdict.delivered() > 100, verdict::toString);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldFindTheBug(final Bug bug) throws IOException {
        final Verdict verdict = new Scenario(bug, SEED, directory).run();

        assertTrue(verdict.kinds().contains(bug.broken()), () -> bug + " breaks " + bug.broken() + ": " + verdict);
        final Violation found = verdict.violations().stream()
                .filter(violation -> violation.kind() == bug.broken())
                .findFirst()
                .orElseThrow();
        assertTrue(!found.proof().isEmpty(), "nothing proves " + found);
    }
}
