package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Path;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Writes the index files of sealed segments beside the thread that asks the index. What cannot be written is reported and
 * stays in memory until the next start.
 */
final class IndexWriteAgent implements Agent {
    /** The most files that may wait; more wait with the index. */
    private static final int WAITING_MAX = 64;

    /** What to write and where. */
    record Order(MemoryPostings postings, Path path) {}

    private final OneToOneConcurrentArrayQueue<Order> orders = new OneToOneConcurrentArrayQueue<>(WAITING_MAX);
    private final OneToOneConcurrentArrayQueue<Order> written = new OneToOneConcurrentArrayQueue<>(2 * WAITING_MAX);
    private final FileForcer forcer = new ChannelForcer();
    private final long logId;
    private final ErrorHandler errorHandler;
    private Order order;
    private IndexWrite current;

    IndexWriteAgent(long logId, ErrorHandler errorHandler) {
        this.logId = logId;
        this.errorHandler = errorHandler;
    }

    /** Asks for a file, on the thread of the index; false if too many wait. */
    boolean offer(MemoryPostings postings, Path path) {
        return orders.offer(new Order(postings, path));
    }

    /** An order that is done since the last call, null if there is none. Thread of the index. */
    Order pollWritten() {
        return written.poll();
    }

    /** Writes a file at once, on the thread of the index, when nobody runs this any more. What fails is reported. */
    void writeNow(MemoryPostings postings, Path path) {
        try (IndexWrite write = new IndexWrite(postings, path, logId, forcer)) {
            while (!write.isDone()) {
                write.step();
            }
        } catch (IOException | RuntimeException e) {
            errorHandler.onError(new JournalException("index " + path + " could not be written: " + e.getMessage(), e));
        }
    }

    @Override
    public int doWork() {
        try {
            return work();
        } catch (IOException | RuntimeException e) {
            errorHandler.onError(new JournalException("an index file could not be written: " + e.getMessage(), e));
            drop();
            return 1;
        }
    }

    @Override
    public void onClose() {
        drop();
    }

    @Override
    public String roleName() {
        return "index-write";
    }

    private int work() throws IOException {
        if (current == null) {
            order = orders.poll();
            if (order == null) {
                return 0;
            }
            current = new IndexWrite(order.postings, order.path, logId, forcer);
        }
        current.step();
        if (current.isDone()) {
            written.offer(order);
            drop();
        }
        return 1;
    }

    private void drop() {
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                errorHandler.onError(new JournalException("an index file could not be closed: " + e.getMessage(), e));
            }
            current = null;
        }
    }
}
