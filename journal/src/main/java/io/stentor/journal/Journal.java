package io.stentor.journal;

import java.util.List;
import org.agrona.concurrent.Agent;

/**
 * One log: records with dense sequences from 1, appended by one thread, read by any number of cursors.
 *
 * <p>A record is <em>journaled</em> once {@link JournalAppender#commit} has returned: it survives the process being
 * killed, not a power cut. It is <em>synced</em> once {@link #syncedSequence} has reached it: it was forced to the
 * device and survives a power cut. Something must run the {@link #backgroundAgents}, or nothing is ever synced.
 *
 * <p>After a {@link #failure} the journal only answers questions: nothing is appended, nothing more is synced, nothing is
 * tried again. The owner stops acknowledging and exits.
 */
public interface Journal extends AutoCloseable {
    /**
     * Identity of the log, drawn when it was made; the LOG in a client's epoch.
     *
     * @return a random number above 0.
     */
    long logId();

    /**
     * The one appender; the thread that first appends owns it.
     *
     * @return the same object at each call.
     */
    JournalAppender appender();

    /**
     * Makes a reader, which belongs to the thread that first uses it and stands before the first record.
     *
     * @return a reader that the caller closes.
     */
    JournalReader newReader();

    /**
     * The oldest record that can be read. Any thread.
     *
     * @return its sequence; {@code lastSequence() + 1} while there is none.
     */
    long firstSequence();

    /**
     * The newest record that is journaled. Any thread.
     *
     * @return its sequence, 0 while there is none.
     */
    long lastSequence();

    /**
     * The newest record that was forced to the device, together with all before it. Any thread. Never beyond
     * {@link #lastSequence}; does not move after a failure.
     *
     * @return its sequence, 0 while there is none.
     */
    long syncedSequence();

    /**
     * The stretches that the log lies in, in order and without those that hold no record that is journaled. Any thread.
     *
     * @return what they are now; it does not change.
     */
    List<SegmentInfo> segments();

    /**
     * How often a process was killed, or the power cut, within a batch that was then never journaled whole and that this
     * open has cut. Any thread.
     *
     * @return number of files whose end was cut.
     */
    int tornTailCount();

    /**
     * Records that an operator has given up, at this open or an earlier one: who has read up to before them does not have
     * everything. Any thread.
     *
     * @return what they are; it does not change.
     */
    List<GivenUp> givenUp();

    /**
     * Files in which damage at rest was found since the journal was opened, by sealing or by scrubbing. Any thread.
     *
     * @return number of files; the error handler was told of each.
     */
    int damagedFileCount();

    /**
     * How far sealed files were read again, to find damage. Any thread.
     *
     * @return a moment's truth.
     */
    ScrubProgress scrubProgress();

    /**
     * What a power cut could take now: records that are journaled and not synced. Any thread.
     *
     * @return their length in bytes; 0 if there are none.
     */
    long unsyncedBytes();

    /**
     * How long the oldest of them has been waiting, as the agent that forces has seen it. Any thread.
     *
     * @return nanoseconds; 0 if there are none.
     */
    long unsyncedAgeNs();

    /**
     * Asks for a force soon, rather than within the interval that the context sets. Any thread; never blocks. Requests
     * made while a force runs are answered together by the next one.
     *
     * @param sequence that {@link #syncedSequence} should reach.
     */
    void requestForce(long sequence);

    /**
     * Work beside the appending thread: forcing, touching pages ahead, sealing. Run each on a thread of its own, or all from
     * one invoker; in either case before the first append and until the journal is closed.
     *
     * @return the same agents at each call.
     */
    List<Agent> backgroundAgents();

    /**
     * Tells whether the disk has less room than the reserve, so that publishes must be refused. Any thread; refreshed by
     * the background agents.
     *
     * @return true while below the reserve.
     */
    boolean belowReserve();

    /**
     * Room on the disk, as the background agents have last seen it. Any thread.
     *
     * @return bytes that are free for this process; the greatest number if the journal has no disk.
     */
    long roomBytes();

    /**
     * Tells cheaply whether {@link #segments} may have changed in more than the end of the last one: a roll, a seal, a trim.
     * Any thread. Whoever reads a record of a segment that it does not know sees another number than before.
     *
     * @return a number that is another one after each change.
     */
    int segmentChanges();

    /**
     * Removes the oldest files, whole: the journal begins with another one from then on. Called by one thread beside the
     * appending one, which it may block for some milliseconds only where that begins a file. A process that is killed within
     * it has removed all or nothing: the next open ends what was begun. Readers that are within what is removed are told so.
     *
     * <p>The caller has made sure that nobody needs what is removed any more, above all that the state that follows from it
     * is kept elsewhere, has given what still lives to a writer of the {@link #keeper}, has recorded the removal ({@link RecordType#TRIM}) and waited until that was synced.
     *
     * @param firstSequence first record of the segment that the journal is to begin with, which must be sealed; nothing is
     *     done if it begins with that already.
     * @param living a finished writer with the records that are kept, null if none is; it counts from then on, with the
     *     removal or not at all.
     * @throws IllegalArgumentException if no sealed segment begins with that record, or not all that is kept lies before it.
     * @throws JournalException if it could not be written down; the journal has failed then.
     * @throws UnsupportedOperationException if the journal has no files.
     */
    default void trim(long firstSequence, KeeperWriter living) {
        throw new UnsupportedOperationException("the journal has no files");
    }

    /**
     * As {@link #trim(long, KeeperWriter)}, where nothing is kept.
     *
     * @param firstSequence first record of the segment that the journal is to begin with.
     */
    default void trim(long firstSequence) {
        trim(firstSequence, null);
    }

    /**
     * What is kept of the records that were removed. Any thread.
     *
     * @return the same object at each call.
     */
    default Keeper keeper() {
        return Keeper.NONE;
    }

    /**
     * The first append or force that failed. Any thread.
     *
     * @return what went wrong, or null while all is well.
     */
    Throwable failure();

    /**
     * Forces what is journaled, unless the journal failed, and releases everything. Call it when the appending thread, all
     * readers and the background agents have stopped. Idempotent.
     */
    @Override
    void close();
}
