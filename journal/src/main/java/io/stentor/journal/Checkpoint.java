package io.stentor.journal;

import java.nio.file.Path;

/**
 * A checkpoint file whose header is sound; what is in it is checked as it is read.
 *
 * @param path of the file.
 * @param sequence of the last record whose effect it holds.
 * @param recordChecksum the {@linkplain RecordLayout#headerChecksum header checksum} of that record: the checkpoint
 *     belongs to a journal only if its record is the same one.
 * @param length of the file in bytes.
 * @param entries how many entries it holds.
 */
public record Checkpoint(Path path, long sequence, int recordChecksum, long length, long entries) {}
