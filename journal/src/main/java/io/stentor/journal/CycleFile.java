package io.stentor.journal;

import java.nio.file.Path;

/**
 * A file that records are appended to, linked to the one after it. The appending thread adds at the end; the agents beside
 * it walk the links at their own pace, and what all have passed is garbage. Rolls come once an hour, so nothing bounds the
 * list but that.
 */
final class CycleFile {
    final Path path;

    /** How far the file is written, in bytes. Written by the appending thread, read by the page toucher. */
    volatile long endPosition;

    /** Written once by the appending thread at a roll, before it publishes a record of the next file. */
    volatile CycleFile next;

    CycleFile(Path path) {
        this.path = path;
    }
}
