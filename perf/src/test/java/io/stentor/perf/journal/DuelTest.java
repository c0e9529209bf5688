package io.stentor.perf.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.load.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuelTest {
    @TempDir
    Path data;

    private final List<String> turns = new ArrayList<>();

    private Side side(final String name, final double... figures) {
        final Iterator<Double> next = Arrays.stream(figures).iterator();
        return directory -> {
            turns.add(name);
            Files.writeString(directory.resolve("left behind"), name);
            return next.next();
        };
    }

    private DuelResult fight(final Side bare, final Side ours, final Duel.Unit unit, final Goal goal) throws Exception {
        try (Scratch scratch = new Scratch(data)) {
            return new Duel("a duel", "the floor", bare, "the other", ours, unit, goal).fight(scratch, 3, 0);
        }
    }

    @Test
    void shouldTakeTurnsAndLeaveTheFirstRoundOut() throws Exception {
        final DuelResult result =
                fight(side("bare", 1, 100, 200, 400), side("ours", 1, 90, 100, 160), Duel.Unit.RATE, Goal.atLeast(0.5));
        assertEquals("bare ours ours bare bare ours ours bare", String.join(" ", turns));
        assertEquals(0.5, result.ratio(), 1e-9);
        assertTrue(result.isHeld());
        assertTrue(result.toString().contains("ratio 0.50 [0.40..0.90], at least 0.50: held"), result.toString());
        try (Stream<Path> left = Files.list(data)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void shouldSayThatAGoalWasMissed() throws Exception {
        final DuelResult result =
                fight(side("bare", 1, 10, 10, 10), side("ours", 1, 4, 4, 4), Duel.Unit.RATE, Goal.atLeast(0.5));
        assertFalse(result.isHeld());
        assertTrue(result.toString().endsWith("MISSED"), result.toString());
    }

    @Test
    void shouldAskForNoMoreThanEqualityWhereTheFloorIsLowEnough() {
        final Goal goal = Goal.atMostWhereBareExceeds(0.1, 5e6);
        assertTrue(goal.isHeld(0.1, 6e6));
        assertFalse(goal.isHeld(0.11, 6e6));
        assertTrue(goal.isHeld(1, 4e6));
        assertFalse(goal.isHeld(1.01, 4e6));
        assertTrue(Goal.atMost(1.5).isHeld(1.5, 1));
        assertFalse(Goal.atMost(1.5).isHeld(1.51, 1));
    }

    @Test
    void shouldAllowWhatIsAddedWhateverTheRatio() {
        final Goal goal = Goal.addsAtMostNs(1e6);
        assertTrue(goal.isHeld(6, 2e5));
        assertFalse(goal.isHeld(6.1, 2e5));
        assertTrue(goal.isHeld(1.2, 5e6));
        assertFalse(goal.isHeld(1.21, 5e6));
        assertEquals("at most 1,000 us more", goal.toString());
    }
}
