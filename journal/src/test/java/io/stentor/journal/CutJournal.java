package io.stentor.journal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;

/** A journal on the heap that is cut, sealed and trimmed where a test says, and writes records of what an index looks at. */
final class CutJournal implements Journal {
    private static final long LOG_ID = 77;

    private final HeapJournal records;
    private final Path directory;
    private final MutableDirectBuffer buffer = Records.buffer();
    private final List<Long> firsts = new ArrayList<>(List.of(1L));
    private long sealedBefore = 1;
    private int changes;

    CutJournal(Path directory, ErrorHandler errorHandler) {
        this.directory = directory;
        records = new HeapJournal(LOG_ID, 64L << 20, errorHandler);
    }

    /** Appends a record without a body; returns its sequence. */
    long append(byte type, long term, long topicId, long offset) {
        long sequence = lastSequence() + 1;
        RecordLayout.start(buffer, 0, type, 0);
        RecordLayout.sequence(buffer, 0, sequence);
        RecordLayout.term(buffer, 0, term);
        RecordLayout.topicId(buffer, 0, topicId);
        RecordLayout.offset(buffer, 0, offset);
        RecordLayout.sealBody(buffer, 0);
        RecordLayout.sealHeader(buffer, 0);
        appender().append(buffer, 0, RecordLayout.HEADER_LENGTH);
        appender().commit();
        return sequence;
    }

    /** Ends the last segment, unless it is empty. */
    void cut() {
        if (firsts.get(firsts.size() - 1) <= lastSequence()) {
            firsts.add(lastSequence() + 1);
        }
    }

    /** Seals all segments but the last. */
    void seal() {
        sealedBefore = firsts.get(firsts.size() - 1);
        changes++;
    }

    /** Lets go of the first segment, if it is sealed. */
    void trim() {
        if (firsts.get(0) < sealedBefore) {
            firsts.remove(0);
            changes += 2;
        }
    }

    Path segmentPath(long firstSequence) {
        return directory.resolve(firstSequence + ".cq4");
    }

    @Override
    public List<SegmentInfo> segments() {
        List<SegmentInfo> segments = new ArrayList<>();
        for (int i = 0; i < firsts.size(); i++) {
            long first = firsts.get(i);
            long last = i + 1 < firsts.size() ? firsts.get(i + 1) - 1 : lastSequence();
            if (first <= last) {
                segments.add(new SegmentInfo(segmentPath(first), first, last, first < sealedBefore));
            }
        }
        return segments;
    }

    @Override
    public int segmentChanges() {
        return changes + segments().size();
    }

    @Override
    public long firstSequence() {
        return firsts.get(0);
    }

    @Override
    public long logId() {
        return records.logId();
    }

    @Override
    public JournalAppender appender() {
        return records.appender();
    }

    @Override
    public JournalReader newReader() {
        return records.newReader();
    }

    @Override
    public long lastSequence() {
        return records.lastSequence();
    }

    @Override
    public long syncedSequence() {
        return records.syncedSequence();
    }

    @Override
    public List<GivenUp> givenUp() {
        return records.givenUp();
    }

    @Override
    public int damagedFileCount() {
        return records.damagedFileCount();
    }

    @Override
    public ScrubProgress scrubProgress() {
        return records.scrubProgress();
    }

    @Override
    public long unsyncedBytes() {
        return records.unsyncedBytes();
    }

    @Override
    public long unsyncedAgeNs() {
        return records.unsyncedAgeNs();
    }

    @Override
    public int tornTailCount() {
        return 0;
    }

    @Override
    public void requestForce(long sequence) {
        records.requestForce(sequence);
    }

    @Override
    public List<Agent> backgroundAgents() {
        return records.backgroundAgents();
    }

    @Override
    public boolean belowReserve() {
        return false;
    }

    @Override
    public long roomBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public Throwable failure() {
        return records.failure();
    }

    @Override
    public void close() {
        records.close();
    }
}
