package io.stentor.engine;

import io.stentor.journal.HeapJournal;
import io.stentor.journal.JournalAppender;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A heap journal over a {@link SimulatedDisk}: it begins with what the disk holds, and what it commits and forces reaches
 * the disk. A force comes when it is asked for, else only every so many rounds, so that a power cut has something to take.
 * One thread.
 */
public final class SimulatedJournal extends JournalDecorator {

    static final long LOG_ID = 424_242;

    /** Rounds of the caller's thread between two forces that nobody asked for. */
    static final int FORCE_INTERVAL_ROUNDS = 50;

    private static final long CAPACITY_BYTES = 64L << 20;

    private final SimulatedDisk disk;
    private final DiskAppender appender;
    private long requestedSequence;
    private int rounds;

    public SimulatedJournal(final SimulatedDisk disk) {
        this(disk, new HeapJournal(LOG_ID, CAPACITY_BYTES, failure -> {}));
    }

    private SimulatedJournal(final SimulatedDisk disk, final HeapJournal heap) {
        super(heap);
        this.disk = disk;
        for (int i = 0; i < disk.size(); i++) {
            heap.appender().append(new UnsafeBuffer(disk.record(i)), 0, disk.record(i).length);
        }
        heap.appender().commit();
        this.appender = new DiskAppender(heap.appender());
    }

    @Override
    public JournalAppender appender() {
        return appender;
    }

    @Override
    public long syncedSequence() {
        return disk.forced();
    }

    @Override
    public void requestForce(final long sequence) {
        requestedSequence = Math.max(requestedSequence, sequence);
    }

    @Override
    public List<Agent> backgroundAgents() {
        return List.of(new Agent() {
            @Override
            public int doWork() {
                if (requestedSequence <= disk.forced() && ++rounds < FORCE_INTERVAL_ROUNDS) {
                    return 0;
                }
                rounds = 0;
                disk.force();
                return 1;
            }

            @Override
            public String roleName() {
                return "simulated-force";
            }
        });
    }

    private final class DiskAppender extends Appender {

        private final List<byte[]> batch = new ArrayList<>();

        DiskAppender(final JournalAppender inner) {
            super(inner);
        }

        @Override
        public void append(final DirectBuffer record, final int offset, final int length) {
            super.append(record, offset, length);
            batch.add(copy(record, offset, length).byteArray());
        }

        @Override
        public void commit() {
            super.commit();
            batch.forEach(disk::write);
            batch.clear();
        }
    }
}
