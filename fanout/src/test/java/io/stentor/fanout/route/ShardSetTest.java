package io.stentor.fanout.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ShardSetTest {

    private final ShardSet set = new ShardSet();
    private final TreeSet<Integer> model = new TreeSet<>();

    @Test
    void shouldBeASetOfSlotsWhateverItsForm() {
        final SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            // Grows beyond the array's limit, and shrinks below where it becomes one again.
            final boolean grow = random.nextInt(100) < (i / 2_000 % 2 == 0 ? 70 : 30);
            final int slot = random.nextInt(Router.SHARDS_MAX);
            final int known = model.isEmpty() ? slot : model.first();
            if (grow) {
                assertEquals(model.add(slot), set.add(slot));
            } else {
                assertEquals(model.remove(known), set.remove(known));
            }
            assertEquals(model.size(), set.size());
            assertEquals(model.contains(slot), set.contains(slot));
        }
        assertEquals(List.copyOf(model), slots());
    }

    @Test
    void shouldHoldEverySlotAndLetThemGoAgain() {
        for (int slot = Router.SHARDS_MAX - 1; slot >= 0; slot--) {
            set.add(slot);
            model.add(slot);
        }
        assertEquals(List.copyOf(model), slots());
        for (int slot = 0; slot < Router.SHARDS_MAX; slot++) {
            assertEquals(slot, set.next(0));
            set.remove(slot);
        }
        assertEquals(ShardSet.NONE, set.next(0));
    }

    private List<Integer> slots() {
        final List<Integer> slots = new ArrayList<>();
        for (int slot = set.next(0); slot >= 0; slot = set.next(slot + 1)) {
            slots.add(slot);
        }
        return slots;
    }
}
