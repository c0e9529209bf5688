package io.stentor.fanout.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlacementTest {

    private static final int SHARDS = 5;
    private static final List<String> USERS =
            IntStream.range(0, 10_000).mapToObj(n -> "user-" + n).toList();

    @ParameterizedTest
    @CsvSource({
        "alice, 5fa877469334507b, e119eb91d05d809a, 2",
        "bob, de335101fd881aec, 7cc8cbbb78829d7c, 1",
        "j\u00fcrgen, 510f2249be53f49e, 6b832991262137bb, 4",
    })
    void shouldWeighAsDocumented(final String user, final String first, final String second, final int home) {
        assertEquals(first, Long.toHexString(Placement.weight(user, 1)));
        assertEquals(second, Long.toHexString(Placement.weight(user, 2)));
        assertEquals(home, Placement.home(user, shards(SHARDS)).id());
    }

    @Test
    void shouldSpreadUsersEvenly() {
        final Map<Integer, Long> sizes = homes(shards(SHARDS)).values().stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        final int even = USERS.size() / SHARDS;
        assertEquals(SHARDS, sizes.size());
        sizes.forEach((id, size) ->
                assertTrue(Math.abs(size - even) < even * 0.05, "shard " + id + " is home of " + size + " users"));
    }

    @Test
    void shouldMoveOnlyItsUsersWhenAShardIsLost() {
        final Map<String, Integer> before = homes(shards(SHARDS));
        final List<LiveShard> left = new ArrayList<>(shards(SHARDS));
        left.removeIf(shard -> shard.id() == 3);
        final Map<String, Integer> after = homes(left);

        int moved = 0;
        for (final String user : USERS) {
            if (before.get(user) == 3) {
                moved++;
            } else {
                assertEquals(before.get(user), after.get(user), user);
            }
        }
        assertShare(SHARDS, moved);
        final Map<Integer, Long> taken = USERS.stream()
                .filter(user -> before.get(user) == 3)
                .collect(Collectors.groupingBy(after::get, Collectors.counting()));
        final int even = moved / left.size();
        taken.forEach((id, size) -> assertTrue(Math.abs(size - even) < even * 0.15, "shard " + id + " takes " + size));
        assertEquals(left.size(), taken.size());
    }

    @Test
    void shouldMoveAnEvenShareWhenAShardComes() {
        final Map<String, Integer> before = homes(shards(SHARDS));
        final Map<String, Integer> after = homes(shards(SHARDS + 1));

        int moved = 0;
        for (final String user : USERS) {
            if (!before.get(user).equals(after.get(user))) {
                assertEquals(SHARDS + 1, after.get(user), user + " goes to the new shard or stays");
                moved++;
            }
        }
        assertShare(SHARDS + 1, moved);
    }

    @Test
    void shouldChooseAlikeWhateverTheOrderAndTheAddresses() {
        final List<LiveShard> shuffled = new ArrayList<>();
        shards(SHARDS)
                .forEach(shard -> shuffled.add(new LiveShard(shard.id(), "other", "ws://moved:" + shard.id(), 7)));
        Collections.shuffle(shuffled, new Random(7));

        assertEquals(homes(shards(SHARDS)), homes(shuffled));
    }

    @Test
    void shouldPassOverShardsThatNoClientReaches() {
        final List<LiveShard> shards = List.of(new LiveShard(1, "a", "", 0), new LiveShard(2, "b", "ws://b", 0));

        USERS.forEach(user -> assertEquals(2, Placement.home(user, shards).id()));
        assertNull(Placement.home("alice", List.of(new LiveShard(1, "a", "", 0))));
        assertNull(Placement.home("alice", List.of()));
    }

    private static Map<String, Integer> homes(final List<LiveShard> shards) {
        return USERS.stream()
                .collect(Collectors.toMap(
                        user -> user, user -> Placement.home(user, shards).id()));
    }

    private static void assertShare(final int shards, final int moved) {
        final int share = USERS.size() / shards;
        assertTrue(Math.abs(moved - share) < share * 0.1, moved + " of " + USERS.size() + " users move");
    }

    private static List<LiveShard> shards(final int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(id -> new LiveShard(id, "shard-" + id, "ws://shard-" + id, 0))
                .toList();
    }
}
