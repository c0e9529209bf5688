package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The posting lists of a sealed segment, in a file beside it that is opened at its first use.
 *
 * <p>A block is read into memory and verified before it is believed, and whatever is taken from it is checked against its
 * limits. A mapping is not used: a page that is gone is an error that the JVM raises somewhere later. A flipped, exchanged or missing byte ends in an {@link IndexDamagedException}. Belongs to the
 * thread of its {@link TopicIndex}.
 */
final class IndexFile implements TopicPostings {
    private final Path path;
    private final IndexBlocks blocks;
    private final int number;
    private final long firstSequence;
    private final VarintReader varints = new VarintReader();

    private long lastSequence;
    private long[] terms;
    private long groupBlock;
    private long skipBlock;
    private long skipCount;
    private long topicBlock;
    private long topicBlocks;
    private long firstTopicsBlock;
    private long blockCount;

    /** The first topic of each block of topics; null until the first use. */
    private long[] firstTopics;

    private FileChannel channel;

    private IndexFile(Path path, IndexBlocks blocks, long firstSequence) {
        this.path = path;
        this.blocks = blocks;
        this.number = blocks.nextFileNumber();
        this.firstSequence = firstSequence;
    }

    /**
     * Opens a file, reading its header and its terms only.
     *
     * @param segment that it must be of.
     * @param logId that it must be of.
     * @throws IndexDamagedException if it is not what this software wrote for the segment.
     * @throws IOException if it cannot be read.
     */
    static IndexFile open(Path path, IndexBlocks blocks, SegmentInfo segment, long logId) throws IOException {
        IndexFile file = new IndexFile(path, blocks, segment.firstSequence());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            file.readHeader(channel, segment, logId);
        }
        return file;
    }

    Path path() {
        return path;
    }

    int number() {
        return number;
    }

    @Override
    public long firstSequence() {
        return firstSequence;
    }

    @Override
    public long[] terms() {
        return terms;
    }

    @Override
    public boolean find(long topicId, TopicSpan span) {
        if (firstTopics == null) {
            readFirstTopics();
        }
        int found = floor(topicId);
        if (found < 0) {
            return false;
        }
        int start = blocks.load(this, topicBlock + found);
        varints.wrap(blocks.bytes(), start + IndexLayout.CONTENT_INDEX, start + IndexLayout.BLOCK_LENGTH);
        long id = 0;
        long difference;
        while ((difference = varints.next()) > 0) {
            id += difference;
            if (id > topicId) {
                return false;
            }
            readTopic(span, id == topicId);
            if (id == topicId) {
                span.topicId = topicId;
                span.block = (int) (topicBlock + found);
                span.location -= span.isLong ? 0 : start;
                return true;
            }
        }
        return false;
    }

    @Override
    public void decode(TopicSpan span, long group, long[] sequences) {
        int count = span.groupLength(group);
        long sequence;
        int from;
        if (span.isLong) {
            int skip = loadSkip(span, group);
            sequence = blocks.buffer().getLong(skip, LITTLE_ENDIAN);
            long position = blocks.buffer().getLong(skip + Long.BYTES, LITTLE_ENDIAN);
            long block = position / IndexLayout.BLOCK_LENGTH;
            if (block < groupBlock || block >= skipBlock) {
                throw damaged("a group's position");
            }
            int start = blocks.load(this, block);
            varints.wrap(
                    blocks.bytes(),
                    start + (int) (position % IndexLayout.BLOCK_LENGTH),
                    start + IndexLayout.BLOCK_LENGTH);
            sequences[0] = sequence;
            from = 1;
        } else {
            int start = blocks.load(this, span.block);
            varints.wrap(blocks.bytes(), start + (int) span.location, start + IndexLayout.BLOCK_LENGTH);
            sequence = firstSequence;
            from = 0;
        }
        for (int i = from; i < count; i++) {
            long difference = varints.next();
            if (difference < 0 || difference > lastSequence - sequence) {
                throw damaged("a sequence");
            }
            sequence += difference;
            sequences[i] = sequence;
        }
        if (sequence < firstSequence || sequence > lastSequence) {
            throw damaged("a sequence");
        }
    }

    @Override
    public long groupOf(TopicSpan span, long sequence) {
        if (!span.isLong) {
            return 0;
        }
        long low = 0;
        long high = span.groupCount() - 1;
        while (low <= high) {
            long middle = (low + high) >>> 1;
            if (blocks.buffer().getLong(loadSkip(span, middle), LITTLE_ENDIAN) <= sequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Math.max(0, high);
    }

    @Override
    public void close() {
        if (channel != null) {
            CloseHelper.quietClose(channel);
            channel = null;
        }
    }

    /** Reads a block; what it holds is not verified yet. */
    void copy(long block, byte[] target, int start) {
        if (block < 0 || block >= blockCount) {
            throw damaged("block " + block + " of " + blockCount);
        }
        ByteBuffer bytes = ByteBuffer.wrap(target, start, IndexLayout.BLOCK_LENGTH);
        try {
            if (channel == null) {
                channel = FileChannel.open(path, StandardOpenOption.READ);
            }
            read(channel, block, bytes);
        } catch (IOException e) {
            throw damaged("block " + block + " cannot be read: " + e.getMessage());
        }
    }

    private IndexDamagedException damaged(String damage) {
        return new IndexDamagedException(this, damage);
    }

    private void readHeader(FileChannel channel, SegmentInfo segment, long logId) throws IOException {
        UnsafeBuffer header = readBlock(channel, 0);
        if (header.getLong(IndexLayout.MAGIC_INDEX, LITTLE_ENDIAN) != IndexLayout.MAGIC) {
            throw damaged("magic");
        }
        int version = header.getInt(IndexLayout.VERSION_INDEX, LITTLE_ENDIAN);
        if (version != IndexLayout.VERSION
                || header.getInt(IndexLayout.BLOCK_LENGTH_INDEX, LITTLE_ENDIAN) != IndexLayout.BLOCK_LENGTH) {
            throw damaged("version " + version);
        }
        lastSequence = header.getLong(IndexLayout.LAST_SEQUENCE_INDEX, LITTLE_ENDIAN);
        if (header.getLong(IndexLayout.LOG_ID_INDEX, LITTLE_ENDIAN) != logId
                || lastSequence != segment.lastSequence()) {
            throw damaged("it is of another segment");
        }
        long termCount = header.getLong(IndexLayout.TERM_COUNT_INDEX, LITTLE_ENDIAN);
        skipCount = header.getLong(IndexLayout.SKIP_COUNT_INDEX, LITTLE_ENDIAN);
        topicBlocks = header.getLong(IndexLayout.TOPIC_BLOCKS_INDEX, LITTLE_ENDIAN);
        groupBlock = 1 + IndexLayout.blocksFor(termCount, IndexLayout.PAIRS_PER_BLOCK);
        skipBlock = groupBlock + header.getLong(IndexLayout.GROUP_BLOCKS_INDEX, LITTLE_ENDIAN);
        topicBlock = skipBlock + IndexLayout.blocksFor(skipCount, IndexLayout.PAIRS_PER_BLOCK);
        firstTopicsBlock = topicBlock + topicBlocks;
        blockCount = firstTopicsBlock + IndexLayout.blocksFor(topicBlocks, IndexLayout.LONGS_PER_BLOCK);
        if (channel.size() != blockCount * IndexLayout.BLOCK_LENGTH) {
            throw damaged("its length is " + channel.size() + " bytes");
        }
        readTerms(channel, Math.toIntExact(termCount));
    }

    private void readTerms(FileChannel channel, int termCount) throws IOException {
        terms = new long[2 * termCount];
        UnsafeBuffer block = null;
        for (int i = 0; i < termCount; i++) {
            int inBlock = i % IndexLayout.PAIRS_PER_BLOCK;
            if (inBlock == 0) {
                block = readBlock(channel, 1 + i / IndexLayout.PAIRS_PER_BLOCK);
            }
            int index = IndexLayout.CONTENT_INDEX + inBlock * IndexLayout.PAIR_LENGTH;
            terms[2 * i] = block.getLong(index, LITTLE_ENDIAN);
            terms[2 * i + 1] = block.getLong(index + Long.BYTES, LITTLE_ENDIAN);
        }
    }

    private UnsafeBuffer readBlock(FileChannel channel, long block) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(IndexLayout.BLOCK_LENGTH);
        read(channel, block, bytes);
        UnsafeBuffer read = new UnsafeBuffer(bytes.array());
        String damage = IndexBlocks.damageOf(read, 0, block, firstSequence);
        if (damage != null) {
            throw damaged(damage + " of block " + block);
        }
        return read;
    }

    private static void read(FileChannel channel, long block, ByteBuffer bytes) throws IOException {
        long end = (block + 1) * IndexLayout.BLOCK_LENGTH;
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, end - bytes.remaining()) < 0) {
                throw new EOFException("it ends within block " + block);
            }
        }
    }

    private void readFirstTopics() {
        long[] read = new long[Math.toIntExact(topicBlocks)];
        for (int i = 0; i < read.length; i++) {
            int start = blocks.load(this, firstTopicsBlock + i / IndexLayout.LONGS_PER_BLOCK);
            int index = start + IndexLayout.CONTENT_INDEX + i % IndexLayout.LONGS_PER_BLOCK * Long.BYTES;
            read[i] = blocks.buffer().getLong(index, LITTLE_ENDIAN);
        }
        firstTopics = read;
    }

    private int floor(long topicId) {
        int low = 0;
        int high = firstTopics.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (firstTopics[middle] <= topicId) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** Reads a topic of which the id is read; steps over its postings unless it is the one wanted. */
    private void readTopic(TopicSpan span, boolean wanted) {
        long countAndKind = varints.next();
        span.postings = this;
        span.count = countAndKind >>> IndexLayout.KIND_BITS;
        span.isCut = (countAndKind & IndexLayout.CUT) != 0;
        span.isLong = (countAndKind & IndexLayout.LONG) != 0;
        span.firstOffset = span.count == 0 ? 0 : varints.next();
        if (countAndKind < 0 || span.firstOffset < 0 || span.count > lastSequence - firstSequence + 1) {
            throw damaged("a topic");
        }
        if (span.isLong) {
            span.location = varints.next();
            if (span.location < 0 || span.location + span.groupCount() > skipCount) {
                throw damaged("a topic's groups");
            }
        } else if (span.count > 0) {
            long length = varints.next();
            span.location = varints.position();
            if (span.count > GROUP_LENGTH || length < 0 || (!wanted && !varints.skip(length))) {
                throw damaged("a topic's postings");
            }
        }
    }

    private int loadSkip(TopicSpan span, long group) {
        long skip = span.location + group;
        int start = blocks.load(this, skipBlock + skip / IndexLayout.PAIRS_PER_BLOCK);
        return start + IndexLayout.CONTENT_INDEX + (int) (skip % IndexLayout.PAIRS_PER_BLOCK) * IndexLayout.PAIR_LENGTH;
    }
}
