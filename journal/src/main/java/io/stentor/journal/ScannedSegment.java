package io.stentor.journal;

import java.nio.file.Path;

/**
 * A segment as a scan found it.
 *
 * @param path its file.
 * @param firstSequence its first record.
 * @param lastSequence its last record.
 * @param bytes up to the end of its last record.
 * @param firstTimestampNs engine time of its first record, nanoseconds since 1970.
 * @param lastTimestampNs engine time of its last record.
 * @param torn whether more bytes follow that were never journaled whole.
 */
public record ScannedSegment(
        Path path,
        long firstSequence,
        long lastSequence,
        long bytes,
        long firstTimestampNs,
        long lastTimestampNs,
        boolean torn) {}
