package io.stentor.transport.gateway;

/** A numbered refusal of a call of the HTTP API. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ClientError error;

    /**
     * A refusal.
     *
     * @param error the number.
     * @param detail what exactly was wrong, for the caller to read.
     */
    public ApiException(final ClientError error, final String detail) {
        super(detail, null, false, false);
        this.error = error;
    }

    /** The number that the caller sees. */
    public ClientError error() {
        return error;
    }
}
