package io.stentor.transport.aeron;

import io.aeron.CommonContext;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.Header;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.DirectBuffer;

/**
 * The receiving end of a stream over Aeron; long fragments arrive whole. One thread; the client's housekeeping, which may be
 * another's, says which writers come and go.
 */
final class AeronSource implements FragmentSource {

    private final Map<Long, String> origins = new ConcurrentHashMap<>();
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(this::onFragment);
    private Subscription subscription;
    private FragmentHandler handler;

    /** Called once, before anything else but {@link #onAvailable} and {@link #onUnavailable}. */
    AeronSource of(final Subscription opened) {
        subscription = opened;
        return this;
    }

    void onAvailable(final Image image) {
        final String identity = image.sourceIdentity();
        origins.put(image.correlationId(), identity.startsWith(CommonContext.IPC_CHANNEL) ? MEMORY : identity);
    }

    void onUnavailable(final Image image) {
        origins.remove(image.correlationId());
    }

    /** Aeron's address of this end with the port that the system has chosen; null while it is not known. */
    String resolvedChannel() {
        return subscription.tryResolveChannelEndpointPort();
    }

    @Override
    public int poll(final FragmentHandler to, final int fragmentLimit) {
        handler = to;
        return subscription.controlledPoll(assembler, fragmentLimit);
    }

    @Override
    public String originOf(final long sourceId) {
        return origins.get(sourceId);
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
        final Image image = (Image) header.context();
        return handler.onFragment(image.correlationId(), buffer, offset, length) ? Action.CONTINUE : Action.ABORT;
    }
}
