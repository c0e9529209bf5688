package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.PageDecoder;
import io.stentor.transport.wire.PageEndDecoder;
import io.stentor.transport.wire.PageRecordDecoder;
import io.stentor.transport.wire.ResultCode;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Takes so many fragments of pages and reads what is in them as a shard would. */
final class ShardEnd extends ConnectedLink {

    final List<ResultCode> begun = new ArrayList<>();

    /** Of the page that was begun last. */
    final List<Long> offsets = new ArrayList<>();

    /** How many fragments it takes yet. */
    int room = Integer.MAX_VALUE;

    int records;
    int ends;
    int endCount = -1;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        if (room == 0) {
            return BACK_PRESSURED;
        }
        room--;
        assertTrue(FragmentReader.read(buffer, offset, length, this::onMessage));
        return 1;
    }

    private void onMessage(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        switch (templateId) {
            case PageDecoder.TEMPLATE_ID -> {
                offsets.clear();
                begun.add(new PageDecoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .code());
            }
            case PageRecordDecoder.TEMPLATE_ID -> {
                records++;
                offsets.add(new PageRecordDecoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .topicOffset());
            }
            case PageEndDecoder.TEMPLATE_ID -> {
                ends++;
                endCount = new PageEndDecoder()
                        .wrapAndApplyHeader(buffer, offset, header)
                        .count();
            }
            default -> throw new AssertionError("message " + templateId);
        }
    }
}
