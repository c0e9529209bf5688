package io.stentor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.junit.jupiter.api.Test;

/** What is said of a thread that ends. */
final class EngineThreadsTest {

    private static final class Failing implements Agent {

        @Override
        public int doWork() {
            throw new IllegalArgumentException("duty");
        }

        @Override
        public String roleName() {
            return "failing";
        }
    }

    @Test
    void shouldFailTheEngineWhenAThreadEndsByItself() {
        final List<String> failures = new CopyOnWriteArrayList<>();
        final EngineThreads threads = new EngineThreads(
                ThreadingMode.SHARED,
                error -> {
                    throw new InternalError("a fault between two duties", error);
                },
                failure -> failures.add(failure.getMessage()));

        threads.startAndKeep(new Failing(), NoOpIdleStrategy.INSTANCE);

        Await.until("the failure is told", () -> !failures.isEmpty());
        assertEquals(List.of("a fault between two duties"), failures);
        threads.stopAll();
    }
}
