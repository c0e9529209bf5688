package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DedupeTableTest {

    @Test
    void shouldFindWhatWasAddedUntilItExpires() {
        final DedupeTable table = new DedupeTable(12);
        table.add(7, 8, 9, 100, 3, 1_000, 0);

        final int entry = table.find(7, 8, 999);

        assertNotEquals(DedupeTable.NONE, entry);
        assertEquals(9, table.contentHash(entry));
        assertEquals(100, table.sequence(entry));
        assertEquals(3, table.topicOffset(entry));
        assertEquals(DedupeTable.NONE, table.find(7, 8, 1_000));
        assertEquals(DedupeTable.NONE, table.find(7, 9, 0));
    }

    @Test
    void shouldHaveNoRoomWhenFullOfLiveEntriesAndRoomWhenTheyExpire() {
        final DedupeTable table = new DedupeTable(12);
        for (int i = 0; i < 12; i++) {
            assertTrue(table.hasRoom(0));
            table.add(i, i, 0, i + 1, 1, 1_000, 0);
        }

        assertFalse(table.hasRoom(999));
        assertTrue(table.hasRoom(1_000));
    }

    @Test
    void shouldAgreeWithMapUnderRandomInsertionAndExpiry() {
        final long seed = 0x5EEDL;
        final SplittableRandom random = new SplittableRandom(seed);
        final DedupeTable table = new DedupeTable(300);
        final Map<Long, long[]> expected = new HashMap<>();
        long nowNs = 0;
        for (long sequence = 1; sequence < 200_000; sequence++) {
            nowNs += random.nextInt(3);
            final long time = nowNs;
            final long key = random.nextInt(1_000);
            // Few homes, so that probes run into each other and removals shift.
            final long high = key % 17;
            final long[] live = expected.get(key);
            final int entry = table.find(high, key, time);
            if (live != null && live[1] > time) {
                assertNotEquals(DedupeTable.NONE, entry, "seed " + seed + " sequence " + sequence);
                assertEquals(live[0], table.sequence(entry));
            } else {
                assertEquals(DedupeTable.NONE, entry, "seed " + seed + " sequence " + sequence);
                if (table.hasRoom(time)) {
                    final long expiresAtNs = time + 1 + random.nextInt(400);
                    table.add(high, key, 0, sequence, 1, expiresAtNs, time);
                    expected.put(key, new long[] {sequence, expiresAtNs});
                }
            }
        }
    }
}
