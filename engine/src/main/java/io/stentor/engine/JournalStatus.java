package io.stentor.engine;

import io.stentor.journal.Journal;
import io.stentor.journal.ScrubProgress;

/**
 * What an operator watches of a journal; a moment's truth.
 *
 * @param firstSequence the oldest record that can be read.
 * @param journaledSequence the newest record that survives a kill of the process.
 * @param syncedSequence the newest record that survives a power cut.
 * @param unsyncedBytes length of the records between the two: what a power cut could take now.
 * @param unsyncedAgeNs how long the oldest of them has been waiting, in nanoseconds; 0 if there is none.
 * @param segments files that the log lies in.
 * @param tornTails files whose end this start has cut, since a batch in it was never journaled whole.
 * @param losses how often, over all starts, records were given up.
 * @param damagedFiles files in which damage was found since the start; the error handler was told of each.
 * @param scrubbedBytes bytes of sealed records that were read again since the start and found sound.
 * @param scrubPasses how often all of them were.
 * @param scrubbedThroughSequence the last record of the file that is read again now; 0 before the first.
 * @param belowReserve whether the disk is down to its reserve, so that publishes are refused.
 */
public record JournalStatus(
        long firstSequence,
        long journaledSequence,
        long syncedSequence,
        long unsyncedBytes,
        long unsyncedAgeNs,
        int segments,
        int tornTails,
        int losses,
        int damagedFiles,
        long scrubbedBytes,
        long scrubPasses,
        long scrubbedThroughSequence,
        boolean belowReserve) {

    static JournalStatus of(final Journal journal) {
        final ScrubProgress scrub = journal.scrubProgress();
        return new JournalStatus(
                journal.firstSequence(),
                journal.lastSequence(),
                journal.syncedSequence(),
                journal.unsyncedBytes(),
                journal.unsyncedAgeNs(),
                journal.segments().size(),
                journal.tornTailCount(),
                journal.givenUp().size(),
                journal.damagedFileCount(),
                scrub.bytes(),
                scrub.passes(),
                scrub.throughSequence(),
                journal.belowReserve());
    }
}
