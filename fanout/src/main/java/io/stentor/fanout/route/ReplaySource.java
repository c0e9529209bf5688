package io.stentor.fanout.route;

/** Reads the log again for a shard that is behind. The engine implements it over the journal; one thread. */
public interface ReplaySource extends AutoCloseable {

    /** {@link #poll} has come to records that are no longer retained. */
    int TRIMMED = -1;

    /** Takes what was read. */
    interface Handler {

        /** Takes a message, with its topic. */
        void onMessage(RoutedTopic topic, MessageFrame frame);

        /** Takes the record that opened a topic. */
        void onTopicOpened(RoutedTopic topic, long sequence);

        /** Takes note that the log has a record of another kind here. */
        void onOther(long sequence);
    }

    /** What {@link #termAt} answers for a record that is not there. */
    long NO_TERM = Long.MAX_VALUE;

    /**
     * The term in which a record was written: one that is later than the term in which a shard has seen the sequence means
     * that the shard has seen another record, which was lost.
     *
     * @return {@link #NO_TERM} when the record is no longer retained, or not there yet.
     */
    long termAt(long sequence);

    /**
     * Moves to the record after {@code sequence}.
     *
     * @param sequence the last one that the shard has.
     * @return false when records after it are no longer retained.
     */
    boolean seekAfter(long sequence);

    /**
     * Reads on.
     *
     * @param handler takes the records in order.
     * @param limit the most records to read.
     * @return how many were read; 0 at the end of the journal; {@link #TRIMMED} when what follows is no longer retained.
     */
    int poll(Handler handler, int limit);

    @Override
    void close();
}
