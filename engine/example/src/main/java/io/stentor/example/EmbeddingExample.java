package io.stentor.example;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.EngineSession;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.engine.Receipt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A messenger's backend in small: publishes to a chat, serves a device, and feeds an indexer. */
public final class EmbeddingExample {

    private EmbeddingExample() {}

    /**
     * Runs the example.
     *
     * @param directory where the journal is kept.
     * @param out is given a line for everything that happens.
     * @throws Exception when something fails.
     */
    public static void run(final Path directory, final Consumer<String> out) throws Exception {
        // tag::embedding[]
        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().directory(directory))) {

            // A device: gets what it has not acknowledged yet, then what comes live.
            EngineSession phone = engine.attach("anna", "phone", (session, message) -> {
                out.accept(message.topic() + " #" + message.offset() + " " + message.payloadText());
                session.ack(message.topic(), message.offset());
            });
            phone.subscribe("chat:1").toCompletableFuture().get();

            // A durable reader of the whole log, which continues where it was after a restart.
            engine.follow("indexer", 1, message -> out.accept("indexed " + message.sequence()));

            // A publisher: the repeat of an id gets the first one's result, across restarts too.
            Publisher publisher = engine.newPublisher();
            Message hello = new Message()
                    .topic(engine.topic("chat:1"))
                    .sender("ben")
                    .messageId("b-1")
                    .payload("hello".getBytes(StandardCharsets.UTF_8));
            Receipt receipt = publisher.publish(hello).toCompletableFuture().get();
            out.accept("published at offset " + receipt.offset() + ", " + receipt.level());
        }
        // end::embedding[]
    }
}
