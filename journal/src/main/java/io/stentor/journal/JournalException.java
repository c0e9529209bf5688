package io.stentor.journal;

/** A journal cannot be opened, written or read; the message names the directory or file and what is wrong with it. */
public class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalException(String message) {
        super(message);
    }

    JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
