package io.stentor.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.stentor.engine.pipeline.HistoryDesk;
import io.stentor.engine.pipeline.PageLimits;
import io.stentor.engine.pipeline.TopicPosition;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** An engine on the test's thread and with its clocks, over a journal that begins a file each second. */
final class SteppedEngine implements AutoCloseable {

    static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /** A little more than a file of this roll cycle has: nearly all of it is Chronicle's own table of positions. */
    static final long FILE_BYTES = 600_000;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    /** What the test adds to the clocks; read by threads of the transport too. */
    private final AtomicLong aheadNs = new AtomicLong();

    private final Path directory;
    private DeliveryEngine engine;
    private Publisher publisher;

    SteppedEngine(final Path directory) {
        this.directory = directory;
    }

    EngineContext context() {
        return new EngineContext()
                .directory(directory)
                .threadingMode(ThreadingMode.INVOKER)
                .journalRollCycle("TEST_SECONDLY")
                .checkpointRecords(20)
                .diskReserveBytes(128L * 1024 * 1024)
                .dedupeEntriesMax(10_000)
                .epochClock(() -> System.currentTimeMillis() + aheadNs.get() / 1_000_000)
                .nanoClock(this::nowNs)
                .errorHandler(errors::add)
                .failureHandler(errors::add);
    }

    /** Launches an engine, once one that runs has been closed. */
    void launch(final EngineContext context) {
        close();
        engine = DeliveryEngine.launch(context);
        publisher = engine.newPublisher();
    }

    DeliveryEngine engine() {
        return engine;
    }

    Publisher publisher() {
        return publisher;
    }

    List<Throwable> errors() {
        return errors;
    }

    void advance(final long ns) {
        aheadNs.addAndGet(ns);
    }

    long aheadNs() {
        return aheadNs.get();
    }

    /** What the engine's monotonic clock shows. */
    long nowNs() {
        return System.nanoTime() + aheadNs.get();
    }

    void work(final int duties) {
        for (int i = 0; i < duties; i++) {
            engine.doWork();
        }
    }

    Receipt publish(final String topic, final DeliveryClass deliveryClass) throws Exception {
        return publish(topic, deliveryClass, "text");
    }

    Receipt publish(final String topic, final DeliveryClass deliveryClass, final String text) throws Exception {
        return await(publisher.publish(new Message()
                .topic(engine.topic(topic))
                .deliveryClass(deliveryClass)
                .payload(text.getBytes(UTF_8))));
    }

    /** Ten messages a second, each second in a file of its own. */
    void publishSeconds(final int seconds, final String topic, final DeliveryClass deliveryClass) throws Exception {
        for (int second = 0; second < seconds; second++) {
            advance(SECOND_NS);
            for (int i = 0; i < 10; i++) {
                publish(topic, deliveryClass);
            }
        }
    }

    <T> T await(final CompletionStage<T> stage) throws Exception {
        Await.until("the answer comes", () -> {
            engine.doWork();
            return stage.toCompletableFuture().isDone();
        });
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    Reply.HistoryPage page(final String topic, final TopicPosition position) throws Exception {
        return await(
                engine.histories().read(topic, position, new PageLimits(-1, 0, false), engine.journaledSequence()));
    }

    List<Long> offsets(final String topic) throws Exception {
        return page(topic, TopicPosition.END).publications().stream()
                .map(publication -> publication.offset())
                .toList();
    }

    static TopicPosition at(final String epoch, final long offset) {
        final Epoch parsed = Epoch.parse(epoch);
        return new TopicPosition(parsed.logId(), parsed.term(), offset);
    }

    void assertLost(final String topic, final TopicPosition position) {
        final ExecutionException refusal = assertThrows(ExecutionException.class, () -> page(topic, position));
        assertInstanceOf(HistoryDesk.PositionLostException.class, refusal.getCause());
    }

    /** Lets retention look, with records that bring checkpoints behind what it would remove. */
    void publishUntilRemoved(final Path file) {
        Await.until(file + " is removed", () -> {
            try {
                publishSeconds(1, "other", DeliveryClass.MINI_APP);
            } catch (final Exception ex) {
                throw new AssertionError(ex);
            }
            work(50);
            return !Files.exists(file);
        });
    }

    static List<Long> range(final long first, final long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** The files of the log, the oldest first. */
    List<Path> files() {
        try (Stream<Path> paths = Files.walk(directory.resolve("log"))) {
            return paths.filter(path -> path.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
    }
}
