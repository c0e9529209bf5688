package io.stentor.transport.gateway.server;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.codec.Answer;

/** Why a command was refused at the edge. */
final class MethodFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final ClientError error;

    MethodFault(final ClientError error, final String detail) {
        super(detail, null, false, false);
        this.error = error;
    }

    Answer answer() {
        return Answer.Failed.of(error, getMessage());
    }
}
