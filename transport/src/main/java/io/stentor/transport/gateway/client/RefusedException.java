package io.stentor.transport.gateway.client;

/** The server refused, with a number. */
public final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;

    RefusedException(final int code, final String message) {
        super(message);
        this.code = code;
    }

    /** The number of the refusal, as {@code transport/PROTOCOL.md} lists them. */
    public int code() {
        return code;
    }
}
