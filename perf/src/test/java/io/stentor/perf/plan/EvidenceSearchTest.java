package io.stentor.perf.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.result.Result;
import io.stentor.perf.result.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EvidenceSearchTest {
    private static final double PAYLOAD = 400;

    @Test
    void shouldBackEachFigureByTheResultThatHasIt() {
        final Evidence evidence = find(
                Results.curve("knee.json", Results.knee(100_000, "JOURNALED")),
                Results.curve("synced.json", Results.knee(30_000, "SYNCED")),
                Results.curve("conns.json", Results.conns(4_000, 2_500.0)));

        assertEquals("knee.json", evidence.engine().file());
        assertEquals(100_000, evidence.engine().value());
        assertEquals("synced.json", evidence.synced().file());
        assertEquals(30_000, evidence.synced().value());
        // Ten sessions at the rate that passed, not at the one that failed.
        assertEquals(1_000_000, evidence.deliveries().value());
        assertEquals(4_000, evidence.sessions().value());
        assertEquals(2_500, evidence.starts().value());
        assertTrue(
                evidence.engine().how().contains("1.50 cores busy at 100,000/s"),
                evidence.engine().how());
        assertTrue(
                evidence.starts().how().contains("250 us of a processor"),
                evidence.starts().how());
    }

    @Test
    void shouldInventNothing() {
        assertEquals(Evidence.NONE, find());
        final Evidence evidence = find(Results.curve("conns.json", Results.conns(4_000, null)));
        assertNull(evidence.engine());
        assertNull(evidence.deliveries());
        assertNull(evidence.starts());
        assertEquals(4_000, evidence.sessions().value());
    }

    @Test
    void shouldTakeTheKneeMostLikeTheProfile() {
        final Evidence evidence = find(
                Results.curve("64.json", knee(300_000, 64)),
                Results.curve("400.json", knee(100_000, 400)),
                Results.curve("4096.json", knee(20_000, 4_096)));

        assertEquals("400.json", evidence.engine().file());
    }

    @Test
    void shouldNotTakeAKneeWithoutADiskForOneOfTheEngine() {
        final Settings inMemory =
                new Settings("engine", "constant", null, null, 400, 10, 5, 1, 1, "JOURNALED", false, "SHARED", "HEAP");

        assertNull(find(Results.curve("heap.json", Results.knee(900_000, inMemory, Results.here())))
                .engine());
    }

    @Test
    void shouldPreferDeliveriesAtSockets() {
        final Settings tier = Results.settings("127.0.0.1:8000", "JOURNALED", 400);

        final Evidence evidence = find(
                Results.curve("process.json", Results.knee(100_000, "JOURNALED")),
                Results.curve("sockets.json", Results.knee(20_000, tier, Results.here())));

        assertEquals("sockets.json", evidence.deliveries().file());
        assertEquals(200_000, evidence.deliveries().value());
    }

    @Test
    void shouldTakeTheMostCoresThatThePlannedMachineHas() {
        final Curve two = Results.curve("2.json", kneeOf(2, 100_000));
        final Curve eight = Results.curve("8.json", kneeOf(8, 300_000));

        assertEquals(
                "8.json",
                new EvidenceSearch(List.of(two, eight), 16, PAYLOAD)
                        .find()
                        .engine()
                        .file());
        assertEquals(
                "2.json",
                new EvidenceSearch(List.of(two, eight), 4, PAYLOAD)
                        .find()
                        .engine()
                        .file());
        assertNull(new EvidenceSearch(List.of(eight), 4, PAYLOAD).find().engine());
    }

    @Test
    void shouldLetASyncedKneeStandForPlainMessagesOnly() {
        final Evidence synced = find(Results.curve("synced.json", Results.knee(30_000, "SYNCED")));
        final Evidence plain = find(Results.curve("plain.json", Results.knee(30_000, "JOURNALED")));

        assertEquals("synced.json", synced.engine().file());
        assertNull(plain.synced());
    }

    private static Evidence find(final Curve... curves) {
        return new EvidenceSearch(List.of(curves), null, PAYLOAD).find();
    }

    private static Result knee(final double rate, final int payloadLength) {
        return Results.knee(rate, Results.settings("engine", "JOURNALED", payloadLength), Results.here());
    }

    private static Result kneeOf(final int cores, final double rate) {
        return Results.knee(rate, Results.settings("engine", "JOURNALED", 400), Results.withCores(cores));
    }
}
