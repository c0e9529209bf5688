package io.stentor.transport.aeron;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.Header;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentSource;
import org.agrona.DirectBuffer;

/** The receiving end of a stream over Aeron; long fragments arrive whole. One thread. */
final class AeronSource implements FragmentSource {

    private final Subscription subscription;
    private final ControlledFragmentHandler assembler = new ControlledFragmentAssembler(this::onFragment);
    private FragmentHandler handler;

    AeronSource(final Subscription subscription) {
        this.subscription = subscription;
    }

    @Override
    public int poll(final FragmentHandler to, final int fragmentLimit) {
        handler = to;
        return subscription.controlledPoll(assembler, fragmentLimit);
    }

    @Override
    public boolean isConnected() {
        return subscription.isConnected();
    }

    @Override
    public void close() {
        subscription.close();
    }

    private Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        return handler.onFragment(buffer, offset, length) ? Action.CONTINUE : Action.ABORT;
    }
}
