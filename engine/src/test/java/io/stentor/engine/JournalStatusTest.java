package io.stentor.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.journal.HeapJournal;
import io.stentor.transport.wire.AckLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalStatusTest {

    @TempDir
    Path directory;

    @Test
    void shouldNotBeReadyWhenNothingIsForced() {
        final AtomicLong ageNs = new AtomicLong();
        try (DeliveryEngine engine = DeliveryEngine.launch(
                new EngineContext().journalKind(JournalKind.HEAP),
                context -> new JournalDecorator(new HeapJournal(1, 1 << 22, context.errorHandler())) {
                    @Override
                    public long unsyncedAgeNs() {
                        return ageNs.get();
                    }
                })) {
            assertNull(engine.notReadyReason());
            ageNs.set(TimeUnit.SECONDS.toNanos(11));
            assertEquals("the disk has forced nothing for 11 s", engine.notReadyReason());
            assertEquals(ageNs.get(), engine.journalStatus().unsyncedAgeNs());
        }
    }

    @Test
    void shouldTellOfDamageThatTheScrubberFinds() throws Exception {
        final EngineContext writing = new EngineContext().directory(directory);
        try (DeliveryEngine engine = DeliveryEngine.launch(writing)) {
            publish(engine, "number one");
        }
        final List<Throwable> errors = new CopyOnWriteArrayList<>();
        final EngineContext scrubbing = new EngineContext()
                .directory(directory)
                .scrubBytesPerSecond(1 << 30)
                .errorHandler(errors::add);
        try (DeliveryEngine engine = DeliveryEngine.launch(scrubbing)) {
            Await.until("the sealed file is read", () -> engine.journalStatus().scrubPasses() > 1);
            final JournalStatus sound = engine.journalStatus();
            assertEquals(0, sound.damagedFiles());
            assertTrue(sound.scrubbedBytes() > 0 && sound.scrubbedThroughSequence() > 1, sound.toString());
            assertEquals(2, sound.segments());

            final Path damaged = Damage.to(directory, "number one");
            Await.until("the damage is found", () -> engine.journalStatus().damagedFiles() == 1 && !errors.isEmpty());
            final String told = errors.get(0).getMessage();
            assertTrue(told.contains(damaged.toString()) && told.contains("verify the journal"), told);
            // It still serves.
            assertNull(engine.notReadyReason());
            publish(engine, "number two");
        }
    }

    private static void publish(final DeliveryEngine engine, final String text) throws Exception {
        engine.newPublisher()
                .publish(new Message()
                        .topic(engine.topic("chat"))
                        .payload(text.getBytes(UTF_8))
                        .level(AckLevel.SYNCED))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }
}
