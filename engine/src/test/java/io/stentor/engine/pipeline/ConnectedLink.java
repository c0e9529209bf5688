package io.stentor.engine.pipeline;

import io.stentor.transport.wire.FragmentLink;

/** A link that is always connected, with the lengths of the engine's own; what it does with a fragment is another's. */
abstract class ConnectedLink implements FragmentLink {

    @Override
    public int fragmentLengthMax() {
        return 128 * 1024;
    }

    @Override
    public int fragmentLengthPreferred() {
        // As over UDP by default: less than what a long record adds to its payload.
        return 8160;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public void close() {}
}
