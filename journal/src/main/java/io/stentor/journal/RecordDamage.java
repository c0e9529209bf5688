package io.stentor.journal;

/** What {@link RecordLayout#verify} found wrong with a record, or {@link #NONE}. */
public enum RecordDamage {
    /** Nothing: every check passed. */
    NONE,

    /** Fewer bytes are there than the header, or the length in the header, needs. */
    TRUNCATED,

    /** The magic number is not ours: these bytes are not the start of a record. */
    MAGIC,

    /** The format version is not one that this code reads. */
    VERSION,

    /** The length is below a header's or above {@link RecordLayout#MAX_LENGTH}. */
    LENGTH,

    /** The header does not match its checksum. */
    HEADER_CHECKSUM,

    /** The body does not match its checksum. */
    BODY_CHECKSUM
}
