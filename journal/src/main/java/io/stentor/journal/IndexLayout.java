package io.stentor.journal;

/**
 * Where things lie in an index file, drawn in FORMAT.md: blocks of one length, each with its checksum and its place, in
 * sections one behind the other.
 *
 * <pre>
 *   header | terms ... | groups ... | skips ... | topics ... | first topics ...
 * </pre>
 */
final class IndexLayout {
    /** Appended to the segment's file name without its suffix. */
    static final String SUFFIX = ".index";

    /** Of a file that is being written. */
    static final String NEW_SUFFIX = ".index.new";

    /** The bytes "STNTRIDX". */
    static final long MAGIC = 0x584449_52544E5453L;

    static final int VERSION = 1;

    /** What is read and verified at once: a page, which costs 0.5 us. */
    static final int BLOCK_LENGTH = 4096;

    static final int CHECKSUM_INDEX = 0;
    static final int BLOCK_NUMBER_INDEX = 4;
    static final int FIRST_SEQUENCE_INDEX = 8;
    static final int CONTENT_INDEX = 16;

    static final int MAGIC_INDEX = 16;
    static final int VERSION_INDEX = 24;
    static final int BLOCK_LENGTH_INDEX = 28;
    static final int LOG_ID_INDEX = 32;
    static final int LAST_SEQUENCE_INDEX = 40;
    static final int TERM_COUNT_INDEX = 48;
    static final int GROUP_BLOCKS_INDEX = 56;
    static final int SKIP_COUNT_INDEX = 64;
    static final int TOPIC_BLOCKS_INDEX = 72;
    static final int TOPIC_COUNT_INDEX = 80;
    static final int POSTING_COUNT_INDEX = 88;

    /** Length of a term with its sequence, and of a skip entry. */
    static final int PAIR_LENGTH = 16;

    static final int PAIRS_PER_BLOCK = (BLOCK_LENGTH - CONTENT_INDEX) / PAIR_LENGTH;
    static final int LONGS_PER_BLOCK = (BLOCK_LENGTH - CONTENT_INDEX) / Long.BYTES;

    /** Bits of a topic's kind, below its count. */
    static final int CUT = 1;

    static final int LONG = 2;
    static final int KIND_BITS = 2;

    private IndexLayout() {}

    /** How many blocks hold so many things. */
    static long blocksFor(long count, int perBlock) {
        return (count + perBlock - 1) / perBlock;
    }
}
