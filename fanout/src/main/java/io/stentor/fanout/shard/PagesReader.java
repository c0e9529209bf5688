package io.stentor.fanout.shard;

import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.FragmentSource;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.PageDecoder;
import io.stentor.transport.wire.PageEndDecoder;
import io.stentor.transport.wire.PageRecordDecoder;
import io.stentor.transport.wire.Tags;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the answers to fetches and puts them together. One thread, the shard's. {@code PAYMENT} messages that are not forced
 * yet are withheld here, for every kind of reader.
 */
final class PagesReader implements FragmentHandler {

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final PageDecoder page = new PageDecoder();
    private final PageRecordDecoder pageRecord = new PageRecordDecoder();
    private final PageEndDecoder pageEnd = new PageEndDecoder();
    private final UnsafeBuffer tagsBuffer = new UnsafeBuffer(0, 0);
    private final FragmentReader.MessageHandler messageHandler = this::onMessage;
    private final FragmentSource source;
    private final Fetches fetches;
    private final Chain chain;
    private final ErrorHandler errorHandler;

    PagesReader(
            final FragmentSource source, final Fetches fetches, final Chain chain, final ErrorHandler errorHandler) {
        this.source = source;
        this.fetches = fetches;
        this.chain = chain;
        this.errorHandler = errorHandler;
    }

    int poll(final int fragmentLimit) {
        return source.poll(this, fragmentLimit);
    }

    @Override
    public boolean onFragment(final long sourceId, final DirectBuffer buffer, final int offset, final int length) {
        if (!FragmentReader.read(buffer, offset, length, messageHandler)) {
            errorHandler.onError(
                    new IllegalArgumentException("malformed fragment of " + length + " bytes on the stream of pages"));
        }
        return true;
    }

    private void onMessage(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        try {
            switch (templateId) {
                case PageDecoder.TEMPLATE_ID -> onPage(page.wrapAndApplyHeader(buffer, offset, header));
                case PageRecordDecoder.TEMPLATE_ID ->
                    onPageRecord(pageRecord.wrapAndApplyHeader(buffer, offset, header));
                case PageEndDecoder.TEMPLATE_ID -> onPageEnd(pageEnd.wrapAndApplyHeader(buffer, offset, header));
                default ->
                    errorHandler.onError(
                            new IllegalArgumentException("unknown message " + templateId + " on the stream of pages"));
            }
        } catch (final IndexOutOfBoundsException | IllegalArgumentException ex) {
            errorHandler.onError(new IllegalArgumentException(
                    "malformed message " + templateId + " of " + length + " bytes on the stream of pages", ex));
        }
    }

    private void onPage(final PageDecoder decoder) {
        final PendingFetch fetch = fetches.byCorrelationId(decoder.correlationId());
        if (fetch == null) {
            return;
        }
        // A page may begin anew, when what it was to hold has been trimmed meanwhile.
        fetch.restart();
        fetch.code = decoder.code();
        fetch.pageLogId = decoder.logId();
        fetch.pageTerm = decoder.term();
        fetch.topOffset = decoder.topOffset();
        fetch.afterOffset = decoder.afterOffset();
    }

    private void onPageRecord(final PageRecordDecoder decoder) {
        final PendingFetch fetch = fetches.byCorrelationId(decoder.correlationId());
        if (fetch == null) {
            return;
        }
        fetch.received++;
        final long sequence = decoder.sequence();
        // What follows one that was withheld is withheld too, though it be forced meanwhile: a page has no gap.
        final boolean behindWithheld = fetch.withheldSequence != 0 && !fetch.reverse;
        final boolean withheld = decoder.deliveryClass() == DeliveryClass.PAYMENT
                && (behindWithheld || sequence > chain.syncedSequence());
        if (withheld && fetch.withheldSequence == 0) {
            fetch.withheldSequence = sequence;
        }
        if (!withheld && !fetch.done) {
            fetch.publications.add(store(decoder, sequence));
        }
    }

    private void onPageEnd(final PageEndDecoder decoder) {
        final PendingFetch fetch = fetches.byCorrelationId(decoder.correlationId());
        if (fetch == null) {
            return;
        }
        fetch.more = decoder.more() != 0;
        if (fetch.code == null || fetch.received != decoder.count()) {
            errorHandler.onError(new IllegalStateException("a page of topic " + fetch.topicName + " has "
                    + fetch.received + " messages of " + decoder.count() + ", code " + fetch.code));
            fetches.failed(fetch);
        } else {
            fetches.completed(fetch);
        }
    }

    private StoredPublication store(final PageRecordDecoder decoder, final long sequence) {
        final long offset = decoder.topicOffset();
        final long timestampNs = decoder.timestampNs();
        final boolean json = (decoder.flags() & MessageFlags.JSON) != 0;
        final String sender = decoder.sender();
        final String client = decoder.origin();
        decoder.wrapTags(tagsBuffer);
        final Map<String, String> tags = Tags.decode(tagsBuffer, 0, tagsBuffer.capacity());
        final byte[] payload = new byte[decoder.payloadLength()];
        decoder.getPayload(payload, 0, payload.length);
        return new StoredPublication(offset, payload, json, sender, client, tags, sequence, timestampNs);
    }
}
