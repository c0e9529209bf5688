package io.stentor.journal;

/** One segment as the index has it: its posting lists, in memory or in a file. */
final class IndexPart {
    SegmentInfo segment;
    TopicPostings postings;

    /** The file is ordered, so that it is not ordered again. */
    boolean isOrdered;

    IndexPart(SegmentInfo segment, TopicPostings postings) {
        this.segment = segment;
        this.postings = postings;
    }
}
