package io.stentor.transport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a class of tests in which a buffer was not released. */
public final class LeakWatch implements AfterAllCallback {

    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

    /** Reports are made when a later buffer is allocated after the collector has found the lost one. */
    private static final int COLLECTIONS = 3;

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings({"deprecation", "RedundantSuppression"}) // Abstract for older detectors.
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    final Class<T> resource, final int samplingInterval, final long maxActive) {
                return new Recording<>(resource, samplingInterval);
            }
        });
    }

    private static final class Recording<T> extends ResourceLeakDetector<T> {

        Recording(final Class<T> resource, final int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(final String resourceType, final String records) {
            REPORTS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(final String resourceType) {
            REPORTS.add(resourceType);
        }
    }

    @Override
    public void afterAll(final ExtensionContext context) {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        final List<String> found = List.copyOf(REPORTS);
        REPORTS.clear();
        assertEquals(List.of(), found, "buffers that were never released");
    }
}
