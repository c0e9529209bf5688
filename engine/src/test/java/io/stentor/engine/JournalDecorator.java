package io.stentor.engine;

import io.stentor.journal.GivenUp;
import io.stentor.journal.Journal;
import io.stentor.journal.JournalAppender;
import io.stentor.journal.JournalReader;
import io.stentor.journal.Keeper;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.ScrubProgress;
import io.stentor.journal.SegmentInfo;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/** A journal that does what another one does, except for what a test does otherwise. */
public class JournalDecorator implements Journal {

    private final Journal inner;

    public JournalDecorator(final Journal inner) {
        this.inner = inner;
    }

    @Override
    public long logId() {
        return inner.logId();
    }

    @Override
    public JournalAppender appender() {
        return inner.appender();
    }

    @Override
    public JournalReader newReader() {
        return inner.newReader();
    }

    @Override
    public long firstSequence() {
        return inner.firstSequence();
    }

    @Override
    public long lastSequence() {
        return inner.lastSequence();
    }

    @Override
    public long syncedSequence() {
        return inner.syncedSequence();
    }

    @Override
    public void requestForce(final long sequence) {
        inner.requestForce(sequence);
    }

    @Override
    public List<SegmentInfo> segments() {
        return inner.segments();
    }

    @Override
    public int segmentChanges() {
        return inner.segmentChanges();
    }

    @Override
    public int tornTailCount() {
        return inner.tornTailCount();
    }

    @Override
    public List<GivenUp> givenUp() {
        return inner.givenUp();
    }

    @Override
    public int damagedFileCount() {
        return inner.damagedFileCount();
    }

    @Override
    public ScrubProgress scrubProgress() {
        return inner.scrubProgress();
    }

    @Override
    public long unsyncedBytes() {
        return inner.unsyncedBytes();
    }

    @Override
    public long unsyncedAgeNs() {
        return inner.unsyncedAgeNs();
    }

    @Override
    public List<Agent> backgroundAgents() {
        return inner.backgroundAgents();
    }

    @Override
    public boolean belowReserve() {
        return inner.belowReserve();
    }

    @Override
    public long roomBytes() {
        return inner.roomBytes();
    }

    @Override
    public Keeper keeper() {
        return inner.keeper();
    }

    @Override
    public Throwable failure() {
        return inner.failure();
    }

    @Override
    public void close() {
        inner.close();
    }

    /** A copy of a record that may be altered. */
    public static UnsafeBuffer copy(final DirectBuffer record, final int offset, final int length) {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
        copy.putBytes(0, record, offset, length);
        return copy;
    }

    /** An appender that does what another one does. */
    static class Appender implements JournalAppender {

        private final JournalAppender inner;

        Appender(final JournalAppender inner) {
            this.inner = inner;
        }

        @Override
        public void append(final DirectBuffer record, final int offset, final int length) {
            inner.append(record, offset, length);
        }

        @Override
        public void commit() {
            inner.commit();
        }

        @Override
        public long lastSequence() {
            return inner.lastSequence();
        }
    }

    /** A reader that hands out records altered, with checksums that fit. */
    public static final class AlteringReader implements JournalReader {

        private final JournalReader inner;
        private final Consumer<UnsafeBuffer> alteration;

        public AlteringReader(final JournalReader inner, final Consumer<UnsafeBuffer> alteration) {
            this.inner = inner;
            this.alteration = alteration;
        }

        @Override
        public long seek(final long sequence) {
            return inner.seek(sequence);
        }

        @Override
        public int poll(final RecordHandler handler, final int limit) {
            return inner.poll(
                    (buffer, offset, length) -> {
                        final UnsafeBuffer record = copy(buffer, offset, length);
                        alteration.accept(record);
                        RecordLayout.sealBody(record, 0);
                        RecordLayout.sealHeader(record, 0);
                        handler.onRecord(record, 0, length);
                    },
                    limit);
        }

        @Override
        public long nextSequence() {
            return inner.nextSequence();
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
