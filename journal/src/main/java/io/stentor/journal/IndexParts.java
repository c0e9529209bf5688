package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.agrona.ErrorHandler;

/**
 * The posting lists of the keeper's files and of all segments, in order: opens those that are sealed in files, builds others from
 * their segments, orders files to be written, lets go of segments that have vanished. One thread.
 */
final class IndexParts implements AutoCloseable {
    private static final int POLL_LIMIT = 1024;

    private final ArrayList<IndexPart> parts = new ArrayList<>();
    private final IndexBlocks blocks = new IndexBlocks();
    private final TermStarts terms;
    private final Journal journal;
    private final IndexWriteAgent writer;
    private final ErrorHandler errorHandler;

    /** The keeper's files, as far as they are of what the log no longer has, then the log's segments. */
    private List<SegmentInfo> segments = List.of();

    /** How many of them are the keeper's. */
    private int keptCount;

    private int segmentChanges;
    private long version;

    /** The part that is fed, null before the first record, or if the segment of the last record needs no feeding. */
    private MemoryPostings fed;

    /** The segment of the last record: its first record, and the first one behind it. */
    private long fedFirst;

    private long fedEnd;

    IndexParts(Journal journal, TermStarts terms, IndexWriteAgent writer, ErrorHandler errorHandler) {
        this.journal = journal;
        this.terms = terms;
        this.writer = writer;
        this.errorHandler = errorHandler;
    }

    /**
     * Takes what is sealed in files, and builds what lies before the records that will be fed.
     *
     * @param firstSequence from which the caller can feed at any rate.
     * @return the first record to feed: that one or one before it.
     */
    long open(long firstSequence) {
        list();
        int feed = segments.size();
        for (int i = 0; i < segments.size(); i++) {
            SegmentInfo segment = segments.get(i);
            IndexFile file = segment.path() == null ? null : openFile(segment);
            if (file != null) {
                parts.add(new IndexPart(segment, file));
                terms.addAll(file.terms());
                feed = segments.size();
            } else if (i >= keptCount) {
                feed = Math.min(feed, i);
            }
        }
        long feedSequence = feed < segments.size() ? segments.get(feed).firstSequence() : journal.lastSequence() + 1;
        feedSequence = Math.max(journal.firstSequence(), Math.min(feedSequence, firstSequence));
        for (SegmentInfo segment : segments) {
            if (segment.firstSequence() < feedSequence && partOf(segment.firstSequence()) == null) {
                addBuilt(segment, build(segment));
            }
        }
        return feedSequence;
    }

    /** Moves with each change of what {@link #postings} gives. */
    long version() {
        return version;
    }

    int count() {
        return parts.size();
    }

    TopicPostings postings(int index) {
        return parts.get(index).postings;
    }

    /** Records were fed. */
    void onFed() {
        version++;
    }

    /** Follows the journal's segments, if any came or went. */
    void followSegments() {
        if (segmentChanges != journal.segmentChanges()) {
            refresh();
        }
    }

    /** Follows the journal's segments and takes the files that are written. */
    void follow() {
        followSegments();
        IndexWriteAgent.Order written;
        while ((written = writer.pollWritten()) != null) {
            onWritten(written);
            // What found the queue full before may find it free now.
            parts.forEach(this::order);
        }
    }

    /** The postings that a record belongs into; null if its segment needs no feeding. */
    MemoryPostings fed(long sequence) {
        // The journal says so before it says that there is a record of another segment.
        followSegments();
        if (sequence >= fedEnd) {
            enter(sequence);
        }
        return fed;
    }

    /** Builds a damaged part anew. */
    void repair(IndexDamagedException damage) {
        errorHandler.onError(damage);
        for (IndexPart part : parts) {
            if (part.postings == damage.file()) {
                delete(damage.file().path());
                part.postings.close();
                part.postings = build(part.segment);
                part.isOrdered = false;
                order(part);
            }
        }
        version++;
    }

    /** The file that holds the postings of a record, null if they are in memory. */
    IndexFile fileOf(long sequence) {
        IndexPart part = partOf(sequence);
        return part != null && part.postings instanceof IndexFile file ? file : null;
    }

    /**
     * Writes the files of all segments that are in memory whole, also of the last one, which nobody will append to any more: the
     * next start would have to read them otherwise. Called when the agent that writes has stopped.
     */
    void writeAll() {
        // Always: the end of the last segment moves without a change of the segments.
        refresh();
        for (IndexPart part : parts) {
            if (part.segment.path() != null
                    && part.postings instanceof MemoryPostings memory
                    && isWhole(part, memory)) {
                memory.freeze();
                writer.writeNow(memory, fileOf(part.segment.path()));
            }
        }
    }

    @Override
    public void close() {
        parts.forEach(part -> part.postings.close());
        parts.clear();
        version++;
    }

    static Path fileOf(Path segment) {
        String name = segment.getFileName().toString();
        int end = name.lastIndexOf('.');
        return segment.resolveSibling((end < 0 ? name : name.substring(0, end)) + IndexLayout.SUFFIX);
    }

    private void list() {
        segmentChanges = journal.segmentChanges();
        List<SegmentInfo> log = journal.segments();
        long logFirst = log.isEmpty() ? Long.MAX_VALUE : log.get(0).firstSequence();
        // The keeper has a file before the segments are gone that it is of; they count as long as they are there.
        segments = new ArrayList<>(journal.keeper().files());
        segments.removeIf(kept -> kept.lastSequence() >= logFirst);
        keptCount = segments.size();
        segments.addAll(log);
    }

    private void refresh() {
        list();
        if (fedEnd > 0) {
            fedEnd = endOf(segmentOf(fedFirst));
        }
        for (int i = parts.size() - 1; i >= 0; i--) {
            IndexPart part = parts.get(i);
            int segment = segmentOf(part.segment.firstSequence());
            if (segment < 0 || !isSame(segments.get(segment), part.segment)) {
                parts.remove(i);
                part.postings.close();
                delete(part.segment.path());
            } else {
                part.segment = segments.get(segment);
                order(part);
            }
        }
        takeKept();
        version++;
    }

    /** Takes what the keeper has since the last look: mostly with the posting lists that its writer has made. */
    private void takeKept() {
        for (int i = 0; i < keptCount; i++) {
            SegmentInfo kept = segments.get(i);
            if (partOf(kept.firstSequence()) == null) {
                KeptFile written = journal.keeper().fileOf(kept.firstSequence());
                MemoryPostings postings = written == null ? null : written.takePostings();
                addBuilt(kept, postings == null ? build(kept) : postings);
            }
        }
    }

    private void addBuilt(SegmentInfo segment, MemoryPostings postings) {
        IndexPart part = new IndexPart(segment, postings);
        add(part);
        terms.addAll(postings.terms());
        order(part);
    }

    /** A file of the keeper may begin with the same record as the segment that it is of. */
    private static boolean isSame(SegmentInfo one, SegmentInfo other) {
        return one.firstSequence() == other.firstSequence() && Objects.equals(one.path(), other.path());
    }

    private void enter(long sequence) {
        if (fed != null) {
            fed.freeze();
            order(partOf(fedFirst));
        }
        int segment = segmentOf(sequence);
        if (segment < 0) {
            throw new JournalException("record " + sequence + " is in no segment of the journal");
        }
        SegmentInfo entered = segments.get(segment);
        fedFirst = entered.firstSequence();
        fedEnd = endOf(segment);
        IndexPart part = partOf(entered.firstSequence());
        fed = null;
        if (part == null) {
            fed = new MemoryPostings(entered.firstSequence());
            add(new IndexPart(entered, fed));
        }
    }

    private void onWritten(IndexWriteAgent.Order written) {
        IndexPart part = partOf(written.postings().firstSequence());
        if (part == null || part.postings != written.postings()) {
            delete(written.path());
            return;
        }
        IndexFile file = openFile(part.segment);
        if (file != null) {
            part.postings = file;
            version++;
        }
    }

    /** Has the file of a part written, if its segment is sealed and all of it is in memory. */
    private void order(IndexPart part) {
        if (part != null
                && !part.isOrdered
                && part.segment.sealed()
                && part.segment.path() != null
                && part.postings instanceof MemoryPostings memory
                && isWhole(part, memory)) {
            memory.freeze();
            part.isOrdered = writer.offer(memory, fileOf(part.segment.path()));
        }
    }

    private static boolean isWhole(IndexPart part, MemoryPostings memory) {
        return memory.lastSequence() == part.segment.lastSequence();
    }

    private IndexFile openFile(SegmentInfo segment) {
        Path path = fileOf(segment.path());
        try {
            return IndexFile.open(path, blocks, segment, journal.logId());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | IndexDamagedException e) {
            errorHandler.onError(new JournalException(
                    "index " + path + " cannot be used and is rebuilt from its segment: " + e.getMessage(), e));
            delete(path);
            return null;
        }
    }

    private MemoryPostings build(SegmentInfo segment) {
        return segments.subList(0, keptCount).contains(segment) ? buildKept(segment) : buildSegment(segment);
    }

    private MemoryPostings buildKept(SegmentInfo file) {
        MemoryPostings built = new MemoryPostings(file.firstSequence());
        try (KeeperReader reader = journal.keeper().newReader()) {
            reader.readAll(file, (buffer, offset, length) -> built.onRecord(buffer, offset));
        }
        built.freeze();
        return built;
    }

    private MemoryPostings buildSegment(SegmentInfo segment) {
        MemoryPostings built = new MemoryPostings(segment.firstSequence());
        try (JournalReader reader = journal.newReader()) {
            reader.seek(segment.firstSequence());
            RecordHandler handler = (buffer, offset, length) -> {
                if (RecordLayout.sequence(buffer, offset) <= segment.lastSequence()) {
                    built.onRecord(buffer, offset);
                }
            };
            while (reader.nextSequence() <= segment.lastSequence() && reader.poll(handler, POLL_LIMIT) > 0) {
                // Reads on until the segment's end.
            }
        }
        built.freeze();
        return built;
    }

    private void delete(Path path) {
        if (path == null) {
            return;
        }
        try {
            Files.deleteIfExists(path.toString().endsWith(IndexLayout.SUFFIX) ? path : fileOf(path));
        } catch (IOException e) {
            errorHandler.onError(new JournalException("index " + path + " cannot be deleted", e));
        }
    }

    private void add(IndexPart added) {
        int at = parts.size();
        while (at > 0 && parts.get(at - 1).segment.firstSequence() > added.segment.firstSequence()) {
            at--;
        }
        parts.add(at, added);
        version++;
    }

    /** The part of the segment that a record lies in, null if there is none. */
    private IndexPart partOf(long sequence) {
        int segment = segmentOf(sequence);
        if (segment >= 0) {
            for (int i = parts.size() - 1; i >= 0; i--) {
                if (parts.get(i).segment.firstSequence()
                        == segments.get(segment).firstSequence()) {
                    return parts.get(i);
                }
            }
        }
        return null;
    }

    /** The last segment that begins at the record or before it, -1 if there is none. */
    private int segmentOf(long sequence) {
        int at = segments.size() - 1;
        while (at >= 0 && segments.get(at).firstSequence() > sequence) {
            at--;
        }
        return at;
    }

    private long endOf(int segment) {
        return segment + 1 < segments.size() ? segments.get(segment + 1).firstSequence() : Long.MAX_VALUE;
    }
}
