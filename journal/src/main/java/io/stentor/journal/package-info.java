/**
 * The log: appended once, read by every cursor. The one home of Chronicle Queue.
 *
 * <pre>
 *   appending thread                     files                          any thread
 *
 *   JournalAppender.append ─► excerpt ══════════════╗
 *                   commit ─► lastSequence ─────────╫──────► JournalReader.poll ─► RecordHandler
 *                                  │                ║                                   │
 *                                  ▼                ║                              TopicIndex
 *                             force agent ═► device ║
 *                                  │                ║
 *                                  └─► syncedSequence
 *                             touch agent ═► pages ahead
 *                             seal agent  ═► manifest, and reads what is sealed again
 * </pre>
 *
 * <p>{@link io.stentor.journal.ChronicleJournal} lies on a disk, {@link io.stentor.journal.HeapJournal} does not survive its
 * process; both keep the contract of {@link io.stentor.journal.Journal}. What lies on the disk is drawn in FORMAT.md.
 */
package io.stentor.journal;
