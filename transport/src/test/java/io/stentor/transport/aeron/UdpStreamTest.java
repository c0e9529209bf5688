package io.stentor.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams over loopback and a real media driver, everything invoked by the test's thread. */
final class UdpStreamTest {

    private static final int LENGTH_MAX = 72 * 1024;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private record Fragment(long sourceId, byte[] bytes) {}

    private final List<Throwable> errors = new ArrayList<>();
    private final List<Fragment> received = new ArrayList<>();
    private final EmbeddedDriver driver;
    private final AeronClient client;
    private final List<FragmentSource> sources;
    private final String endpoint;

    UdpStreamTest(@TempDir final Path parent) {
        driver = new EmbeddedDriver(parent.resolve("aeron"), 0, errors::add);
        client = driver.connect(errors::add);
        sources = client.openUdpSources("127.0.0.1:0", UdpSettings.fitting(), 5, 6);
        await(() -> AeronClient.endpointOf(sources.get(0)) != null);
        endpoint = AeronClient.endpointOf(sources.get(0));
    }

    @AfterEach
    void close() {
        client.close();
        driver.close();
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldCarryStreamsOfSeveralWritersToOnePortAndTellThemApart() {
        final FragmentLink first = open(5);
        final FragmentLink second = open(5);
        final FragmentLink other = open(6);
        await(() -> first.isConnected() && second.isConnected() && other.isConnected());
        final byte[] bytes = new byte[LENGTH_MAX];
        new SplittableRandom(1).nextBytes(bytes);

        assertTrue(first.offer(new UnsafeBuffer(bytes), 0, LENGTH_MAX) > 0);
        await(() -> poll(0) == 1);
        assertTrue(second.offer(new UnsafeBuffer(bytes), 0, 100) > 0);
        await(() -> poll(0) == 2);
        assertTrue(other.offer(new UnsafeBuffer(bytes), 0, 10) > 0);
        await(() -> poll(1) == 3);

        assertArrayEquals(bytes, received.get(0).bytes);
        assertEquals(100, received.get(1).bytes.length);
        assertNotEquals(received.get(0).sourceId, received.get(1).sourceId);
        assertTrue(sources.get(0).originOf(received.get(0).sourceId).startsWith("127.0.0.1:"));
        assertNull(sources.get(1).originOf(received.get(0).sourceId));
    }

    @Test
    void shouldCarryWhatABatchHasFilledWheneverTheDriverWorks() {
        final FragmentLink link = open(5);
        await(link::isConnected);
        final int batch = 12;
        final UnsafeBuffer datagram = new UnsafeBuffer(new byte[link.fragmentLengthPreferred()]);
        for (int i = 0; i < batch; i++) {
            assertTrue(link.offer(datagram, 0, datagram.capacity()) > 0);
        }
        driver.invoke();

        assertEquals(batch, poll(0));
    }

    @Test
    void shouldTellEndpointsFromOtherAddresses() {
        assertEquals("10.0.0.1:4000", AeronClient.endpointOf(AeronClient.udpChannel("10.0.0.1:4000")));
        assertEquals("[::1]:4000", AeronClient.endpointOf("aeron:udp?endpoint=[::1]:4000"));
        assertNull(AeronClient.endpointOf("aeron:ipc"));
        assertNull(AeronClient.endpointOf("aeron:udp?endpoint=10.0.0.1:4000|term-length=1g"));
        assertNull(AeronClient.endpointOf("aeron:udp?endpoint=10.0.0.1"));
    }

    @Test
    void shouldRefuseSettingsThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new UdpSettings(1000, 4 << 20, 128 << 10));
        assertThrows(IllegalArgumentException.class, () -> new UdpSettings(8192, 3 << 20, 128 << 10));
        assertThrows(IllegalArgumentException.class, () -> new UdpSettings(8192, 1 << 20, 1 << 20));
        final UdpSettings greedy = new UdpSettings(8192, 1 << 30, 1 << 29);
        assertTrue(assertThrows(IllegalStateException.class, greedy::requireSocketBuffers)
                .getMessage()
                .contains("net.core.rmem_max"));
        assertThrows(
                IllegalArgumentException.class,
                () -> client.openUdpLink("127.0.0.1:99999", 8192, 1 << 20, 5, LENGTH_MAX));
        errors.clear();
    }

    private FragmentLink open(final int streamId) {
        return client.openUdpLink(endpoint, UdpSettings.MTU_LENGTH, UdpSettings.TERM_LENGTH, streamId, LENGTH_MAX);
    }

    private int poll(final int source) {
        sources.get(source)
                .poll(
                        (sourceId, buffer, offset, length) -> {
                            final byte[] bytes = new byte[length];
                            buffer.getBytes(offset, bytes);
                            return received.add(new Fragment(sourceId, bytes));
                        },
                        64);
        return received.size();
    }

    private void await(final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            driver.invoke();
            client.invoke();
            assertTrue(System.nanoTime() - startNs < DEADLINE_NS, "in time; errors: " + errors);
        }
    }
}
