package io.stentor.journal;

import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;

/**
 * Where each topic's messages are: topic and offset to sequence, and the other way round, what several topics got after a
 * point of the log, and when each term began.
 *
 * <p>Posting lists for each segment of the journal: in memory while it is written, about 7 bytes per message, and in a file
 * beside it once it is sealed and {@link #writeAgent} has written that. A file is read at the next start instead of the
 * segment. One that is missing or damaged is built again from the segment, at the start or when a question meets the damage;
 * that question waits for it.
 *
 * <p>A topic reaches back as far as its offsets join: not beyond its last forgetting, a loss that was accepted, or the
 * oldest segment, but for what the {@link Keeper} has of it. A segment that is gone counts no more with the next question. Belongs to one thread, which feeds it by {@link #poll} and asks; only {@link #indexedSequence} may be read
 * by any thread. A question allocates nothing but room that grows.
 */
public final class TopicIndex implements AutoCloseable {
    /** {@link #sequenceOf} does not know the offset. */
    public static final long UNKNOWN = -1;

    /** Most topics of one {@link #messagesAfter}: about 1.3 MiB of cursors. */
    public static final int TOPICS_MAX = 4096;

    private static final int FINISH_RECORDS = 1024;

    private final TermStarts terms = new TermStarts();
    private final RecordHandler handler = this::onRecord;
    private final TopicMerge merge = new TopicMerge(this);
    private final RecordHandler others;
    private final long othersAfter;
    private final IndexWriteAgent writer;
    private final IndexParts parts;
    private final TopicChain chain;
    private final JournalReader reader;

    /** Written by the owning thread after each poll, read by all. */
    private volatile long indexedSequence;

    private TopicIndex(Journal journal, long othersAfter, RecordHandler others, ErrorHandler errorHandler) {
        this.others = others;
        this.othersAfter = othersAfter;
        writer = new IndexWriteAgent(journal.logId(), errorHandler);
        parts = new IndexParts(journal, terms, writer, errorHandler);
        chain = new TopicChain(parts);
        long feedSequence = parts.open(othersAfter + 1);
        reader = journal.newReader();
        reader.seek(feedSequence);
        indexedSequence = feedSequence - 1;
    }

    /**
     * Opens the index of a journal: takes what sealed segments have in files, and reads segments that have none. What was
     * not sealed is left to {@link #poll}.
     *
     * @param journal that it follows; its owner closes it, after the index.
     * @param othersAfter what {@code others} has been given before, by an earlier run; 0 for nothing.
     * @param others shares the reading of the journal, since to read and to verify is most of the work: given the records
     *     that have no place in a topic, from {@code othersAfter} on, by {@link #poll}.
     * @param errorHandler told when a file is damaged and rebuilt, or cannot be written; nothing is lost by either.
     * @return the index.
     * @throws JournalDamagedException if a segment that must be read does not verify.
     */
    public static TopicIndex open(Journal journal, long othersAfter, RecordHandler others, ErrorHandler errorHandler) {
        return new TopicIndex(journal, othersAfter, others, errorHandler);
    }

    /**
     * Writes the files of sealed segments, a little at each call. Run it on any one thread until the index is closed;
     * without it everything stays in memory.
     *
     * @return the same agent at each call.
     */
    public Agent writeAgent() {
        return writer;
    }

    /**
     * Takes in records that were journaled meanwhile.
     *
     * @param limit most records to take in.
     * @return how many there were.
     * @throws JournalDamagedException if a record does not verify.
     * @throws JournalException if a topic's offsets are not dense within a segment, although no record is missing.
     */
    public int poll(int limit) {
        parts.follow();
        int count = reader.poll(handler, limit);
        if (count > 0) {
            parts.onFed();
            indexedSequence = reader.nextSequence() - 1;
        }
        return count;
    }

    /**
     * How far the index has got. Any thread.
     *
     * @return sequence of the last record taken in.
     */
    public long indexedSequence() {
        return indexedSequence;
    }

    /**
     * The newest message of a topic.
     *
     * @param topicId of the topic.
     * @return its offset, 0 if the topic has none.
     */
    public long headOffset(long topicId) {
        while (true) {
            try {
                TopicSpan newest = chainOf(topicId).span(0);
                return newest == null ? 0 : newest.headOffset();
            } catch (IndexDamagedException e) {
                parts.repair(e);
            }
        }
    }

    /**
     * The oldest message of a topic that the journal holds.
     *
     * @param topicId of the topic.
     * @return its offset, {@code headOffset + 1} if there is none.
     */
    public long firstOffset(long topicId) {
        while (true) {
            try {
                return chainOf(topicId).firstOffset();
            } catch (IndexDamagedException e) {
                parts.repair(e);
            }
        }
    }

    /**
     * Where a message is.
     *
     * @param topicId of the topic.
     * @param offset of the message.
     * @return its sequence, or {@link #UNKNOWN} if the topic has no such message here.
     */
    public long sequenceOf(long topicId, long offset) {
        while (true) {
            try {
                return chainOf(topicId).sequenceOf(offset);
            } catch (IndexDamagedException e) {
                parts.repair(e);
            }
        }
    }

    /**
     * The first message of a topic behind a point of the log.
     *
     * @param topicId of the topic.
     * @param sequence the point.
     * @return the first offset whose sequence is greater, {@code headOffset + 1} if none is.
     */
    public long offsetAfter(long topicId, long sequence) {
        while (true) {
            try {
                return chainOf(topicId).offsetAfter(sequence);
            } catch (IndexDamagedException e) {
                parts.repair(e);
            }
        }
    }

    /**
     * The last message of a topic before a point of the log.
     *
     * @param topicId of the topic.
     * @param sequence the point.
     * @return the last offset whose sequence is less; {@code firstOffset - 1} if none is.
     */
    public long lastOffsetBefore(long topicId, long sequence) {
        return offsetAfter(topicId, sequence - 1) - 1;
    }

    /**
     * What several topics got after a point of the log, merged in the order of sequences. Nothing of the journal is read.
     *
     * @param sequence the point; what no segment holds any more is missing, so compare it with
     *     {@link Journal#firstSequence} before.
     * @param topicIds the topics, each once.
     * @param topicCount how many of them count, from the first; at most {@link #TOPICS_MAX}.
     * @param limit most messages to tell.
     * @param postings told of each message, on this thread; must not ask the index.
     * @return how many there were; fewer than {@code limit} only if there are no more.
     * @throws IllegalArgumentException if there are too many topics.
     */
    public int messagesAfter(long sequence, long[] topicIds, int topicCount, int limit, PostingHandler postings) {
        if (topicCount > TOPICS_MAX) {
            throw new IllegalArgumentException("topicCount=" + topicCount + " is above " + TOPICS_MAX);
        }
        return merge.run(sequence, topicIds, topicCount, limit, postings);
    }

    /**
     * Says that the record at a sequence is not the message that {@link #sequenceOf} or {@link #messagesAfter} named. The
     * file that said so is dropped and built again; ask again then.
     *
     * @param sequence of the record.
     * @throws JournalException if no file said so: then the journal contradicts itself.
     */
    public void refute(long sequence) {
        IndexFile file = parts.fileOf(sequence);
        if (file == null) {
            throw new JournalException("record " + sequence + " is not the message that was indexed");
        }
        parts.repair(new IndexDamagedException(file, "record " + sequence + " is another message"));
    }

    /**
     * When the first term after a given one began: a position of that term is good up to the topic's
     * {@linkplain #lastOffsetBefore last offset before} it.
     *
     * @param term from a client's epoch.
     * @return sequence of the first record of the next term that is known, {@code Long.MAX_VALUE} if there is none.
     */
    public long sequenceOfTermAfter(long term) {
        return terms.sequenceAfter(term);
    }

    /**
     * The term that the log is in.
     *
     * @return the last term taken in, 0 if there is none.
     */
    public long lastTerm() {
        return terms.last();
    }

    /**
     * Takes in the rest of the journal, to which nobody appends any more, and writes what is in memory to files, so that the
     * next start has nothing to read for it: about a second for ten million messages. Called before {@link #close}, when the
     * agent has stopped.
     *
     * @throws JournalDamagedException if a record does not verify.
     */
    public void finish() {
        while (poll(FINISH_RECORDS) > 0) {
            // Reads on until the journal's end.
        }
        parts.writeAll();
    }

    /** Releases the reader and the files; the journal is still open, and the agent has stopped. */
    @Override
    public void close() {
        reader.close();
        parts.close();
    }

    /** Copies sequences of a topic from an offset on; returns how many, 0 if there is no such message. */
    int copySequences(long topicId, long offset, long[] sequences) {
        while (true) {
            try {
                return chain.of(topicId).copySequences(offset, sequences);
            } catch (IndexDamagedException e) {
                parts.repair(e);
            }
        }
    }

    private TopicChain chainOf(long topicId) {
        parts.followSegments();
        return chain.of(topicId);
    }

    private void onRecord(DirectBuffer buffer, int offset, int length) {
        long sequence = RecordLayout.sequence(buffer, offset);
        MemoryPostings postings = parts.fed(sequence);
        if (postings != null) {
            postings.onRecord(buffer, offset);
        }
        terms.add(RecordLayout.term(buffer, offset), sequence);
        switch (RecordLayout.type(buffer, offset)) {
            case RecordType.MESSAGE, RecordType.TERM, RecordType.TOPIC_FORGET -> {
                // They have their place in the postings.
            }
            default -> {
                if (sequence > othersAfter) {
                    others.onRecord(buffer, offset, length);
                }
            }
        }
    }
}
