package io.stentor.journal;

import java.nio.file.Path;

/**
 * A stretch of the log as {@link Journal#segments} saw it: a file, or what stands for one.
 *
 * @param path the file, or null in a journal that has none.
 * @param firstSequence its first record.
 * @param lastSequence its last record; of the one being written, the last that is journaled. {@code firstSequence - 1}
 *     while there is none.
 * @param sealed whether it has its end and never changes again.
 */
public record SegmentInfo(Path path, long firstSequence, long lastSequence, boolean sealed) {}
