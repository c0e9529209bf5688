package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Few subscriptions or many are found all the same. */
final class SessionTopicsTest {

    private static final int STEPS = 5_000;
    private static final long SEED = 20_261_129;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 9, 40})
    void shouldHoldWhatAMapHoldsWhenSubscriptionsComeAndGo(final int topics) {
        final Random random = new Random(SEED + topics);
        final Map<String, Subscription> model = new HashMap<>();
        final SessionTopics tried = new SessionTopics();
        for (int step = 0; step < STEPS; step++) {
            final String name = "topic-" + random.nextInt(topics);
            final Subscription known = model.get(name);
            assertSame(known, tried.get(name));
            if (known == null) {
                final Subscription added = new Subscription(null, new ShardTopic(name));
                model.put(name, added);
                tried.add(added);
            } else {
                model.remove(name);
                tried.remove(known);
            }
            assertEquals(model.size(), tried.size());
            assertEquals(new HashSet<>(model.values()), all(tried));
        }
    }

    private static Set<Subscription> all(final SessionTopics topics) {
        return new HashSet<>(List.of(topics.copy()));
    }
}
