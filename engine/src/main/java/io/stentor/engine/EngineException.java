package io.stentor.engine;

/** The engine could not start, or has failed. The message says what and where, for the operator to read. */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message what and where.
     */
    public EngineException(final String message) {
        super(message);
    }

    /**
     * A failure with its cause.
     *
     * @param message what and where.
     * @param cause why.
     */
    public EngineException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
