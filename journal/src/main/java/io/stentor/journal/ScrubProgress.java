package io.stentor.journal;

/**
 * How far the scrubber has got since the journal was opened.
 *
 * @param bytes of records that it has read and found sound.
 * @param passes how often it has begun anew behind the last sealed file.
 * @param throughSequence the last record of the file that it reads now or has read last; 0 before the first.
 */
public record ScrubProgress(long bytes, long passes, long throughSequence) {}
