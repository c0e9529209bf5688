package io.stentor.engine;

import io.stentor.transport.wire.ResultCode;

/** A message was refused, with the code that says why. It is not in the log. */
public final class PublishException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ResultCode code;

    PublishException(final ResultCode code, final String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** Why the message was refused. */
    public ResultCode code() {
        return code;
    }
}
