package io.stentor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.stentor.engine.pipeline.StateQueries;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ControlKind;
import io.stentor.transport.wire.StateKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names on the whole path in one JVM: the longest pass, and longer ones harm nobody. */
final class NamesTest {

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private DeliveryEngine engine;

    @BeforeEach
    void launch() {
        engine = DeliveryEngine.launch(new EngineContext()
                .journalKind(JournalKind.HEAP)
                .errorHandler(errors::add)
                .failureHandler(errors::add));
    }

    @AfterEach
    void close() {
        engine.close();
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldCarryTheLongestNames() throws Exception {
        final String name = "n".repeat(255);
        final List<String> received = new CopyOnWriteArrayList<>();
        try (EngineSession session = engine.attach(
                name, name, (from, message) -> received.add(message.topic() + " from " + message.sender()))) {
            await(session.subscribeLive(name));
            final Message message = new Message()
                    .topic(engine.topic(name))
                    .sender(name)
                    .messageId(name)
                    .payload("text".getBytes(StandardCharsets.UTF_8));
            final Receipt receipt = await(engine.newPublisher().publish(message));

            assertEquals(new Receipt(engine.epoch(), 1, AckLevel.JOURNALED, false), receipt);
            Await.until("the message arrives", () -> received.equals(List.of(name + " from " + name)));
            final StateQueries.Answer members = await(engine.shardQueries().ask(StateKind.PRESENCE, name));
            assertEquals(
                    List.of(name),
                    members.entries().stream().map(StateQueries.Entry::user).toList());
        }
    }

    @Test
    void shouldRefuseQuestionsAndControlsWithLongerNames() throws Exception {
        final String name = "n".repeat(254) + "\u00fc";

        assertTooLong(engine.shardQueries().ask(StateKind.TOPICS, name));
        assertTooLong(engine.shardQueries().control(ControlKind.DISCONNECT, name, "", "", 3000, ""));
        assertTooLong(engine.shardQueries().control(ControlKind.DISCONNECT, "anna", "", "", 3000, name));
        final StateQueries.Answer nodes = await(engine.shardQueries().ask(StateKind.NODE, ""));
        assertEquals(1, nodes.entries().size());
        assertEquals(0, nodes.silentShards());
    }

    private static void assertTooLong(final CompletionStage<?> stage) {
        final ExecutionException refusal = assertThrows(ExecutionException.class, () -> await(stage));
        assertInstanceOf(IllegalArgumentException.class, refusal.getCause());
        assertEquals(
                "a name or a reason has at most 255 bytes", refusal.getCause().getMessage());
    }

    private static <T> T await(final CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
