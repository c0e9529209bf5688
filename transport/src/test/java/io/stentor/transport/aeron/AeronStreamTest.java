package io.stentor.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Aeron;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams over a real media driver, everything invoked by the test's thread. */
final class AeronStreamTest {

    private static final int TERM_LENGTH = 1024 * 1024;
    private static final int LENGTH_MAX = 72 * 1024;

    private final List<Throwable> errors = new ArrayList<>();
    private final List<byte[]> received = new ArrayList<>();
    private final Path directory;
    private final EmbeddedDriver driver;
    private final AeronClient client;
    private final FragmentSource source;
    private final FragmentLink link;

    AeronStreamTest(@TempDir final Path parent) {
        directory = parent.resolve("aeron");
        driver = new EmbeddedDriver(directory, 0, errors::add);
        client = driver.connect(errors::add);
        source = client.openIpcSource(7);
        link = client.openIpcLink(TERM_LENGTH, 7, LENGTH_MAX);
        invokeUntilConnected();
    }

    @AfterEach
    void close() {
        link.close();
        source.close();
        client.close();
        driver.close();
        assertEquals(List.of(), errors);
        assertFalse(Files.exists(directory), "the driver leaves its directory behind");
    }

    @Test
    void shouldCarryShortAndLongFragmentsWholeAndInOrder() {
        final SplittableRandom random = new SplittableRandom(1);
        for (final int length : new int[] {1, 100, link.fragmentLengthPreferred(), 40_000, LENGTH_MAX}) {
            final byte[] fragment = new byte[length];
            random.nextBytes(fragment);

            assertTrue(link.offer(new UnsafeBuffer(fragment), 0, length) > 0);
            poll();

            assertArrayEquals(fragment, received.remove(0));
        }
    }

    @Test
    void shouldBePressedBackByReaderThatDoesNotPollAndLoseNothing() {
        final UnsafeBuffer fragment = new UnsafeBuffer(new byte[1024]);
        int offered = 0;
        while (link.offer(fragment, 0, 1024) > 0) {
            offered++;
            driver.invoke();
        }

        assertEquals(FragmentLink.BACK_PRESSURED, link.offer(fragment, 0, 1024));
        for (int i = 0; received.size() < offered && i < 100_000; i++) {
            poll();
        }
        assertEquals(offered, received.size());
    }

    @Test
    void shouldHandOutRefusedFragmentAgain() {
        link.offer(new UnsafeBuffer(new byte[] {1}), 0, 1);
        final int[] calls = {0};

        source.poll((sourceId, buffer, offset, length) -> calls[0]++ > 0, 10);
        source.poll((sourceId, buffer, offset, length) -> calls[0]++ > 0, 10);

        assertEquals(2, calls[0]);
        assertEquals(0, source.poll((sourceId, buffer, offset, length) -> true, 10));
    }

    @Test
    void shouldRefuseFragmentsThatTheTermCannotTake() {
        assertThrows(IllegalArgumentException.class, () -> client.openIpcLink(TERM_LENGTH, 8, TERM_LENGTH));
    }

    private void invokeUntilConnected() {
        for (int i = 0; i < 100_000 && !(link.isConnected() && source.isConnected()); i++) {
            client.invoke();
            driver.invoke();
        }
        assertTrue(link.isConnected());
    }

    @Test
    void shouldSayThatTheClientHasEndedWhenItStoodStillForLongerThanADay() {
        final AtomicLong nowNs = new AtomicLong(System.nanoTime());
        final List<Throwable> said = new ArrayList<>();
        try (AeronClient paused = new AeronClient(
                Aeron.connect(new Aeron.Context()
                        .aeronDirectoryName(directory.toString())
                        .useConductorAgentInvoker(true)
                        .nanoClock(nowNs::get)
                        .errorHandler(said::add)),
                driver)) {
            nowNs.addAndGet(TimeUnit.HOURS.toNanos(23));
            paused.invoke();
            assertEquals(List.of(), said, "a pause of less than a day is none");

            nowNs.addAndGet(TimeUnit.HOURS.toNanos(25));
            // The client reports the pause first and ends when it is invoked next.
            assertEquals(0, paused.invoke());
            assertFalse(said.isEmpty());
            assertThrows(IllegalStateException.class, paused::invoke);
        }
    }

    private void poll() {
        driver.invoke();
        source.poll(
                (sourceId, buffer, offset, length) -> {
                    final byte[] fragment = new byte[length];
                    buffer.getBytes(offset, fragment);
                    return received.add(fragment);
                },
                64);
    }
}
