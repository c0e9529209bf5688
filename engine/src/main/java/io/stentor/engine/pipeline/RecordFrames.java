package io.stentor.engine.pipeline;

import io.stentor.fanout.route.MessageFrame;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.transport.wire.DeliveryClass;
import org.agrona.DirectBuffer;

/** Turns a record into a frame: the one place where the layout on disk meets the schema on the wire. */
final class RecordFrames {

    private RecordFrames() {}

    static void fill(final MessageFrame frame, final DirectBuffer buffer, final int offset, final long offeredNs) {
        final int senderIndex = MessageBody.senderOffset(offset);
        final int senderLength = MessageBody.senderLength(buffer, offset);
        final int originIndex = senderIndex + senderLength + MessageBody.messageIdLength(buffer, offset);
        final int originLength = MessageBody.originLength(buffer, offset);
        final int tagsIndex = originIndex + originLength;
        final int tagsLength = MessageBody.tagsLength(buffer, offset);
        final int payloadIndex = tagsIndex + tagsLength;
        frame.place(
                        RecordLayout.sequence(buffer, offset),
                        RecordLayout.term(buffer, offset),
                        RecordLayout.topicId(buffer, offset),
                        RecordLayout.offset(buffer, offset))
                .times(RecordLayout.timestampNs(buffer, offset), RecordLayout.expiresAtNs(buffer, offset), offeredNs)
                .producer(RecordLayout.producerId(buffer, offset), RecordLayout.producerSequence(buffer, offset))
                .attributes(
                        DeliveryClass.get(RecordLayout.deliveryClass(buffer, offset)),
                        RecordLayout.flags(buffer, offset) & 0xFFFF,
                        RecordLayout.keyId(buffer, offset),
                        RecordLayout.mapEpoch(buffer, offset))
                .in(buffer)
                .sender(senderIndex, senderLength)
                .origin(originIndex, originLength)
                .tags(tagsIndex, tagsLength)
                .payload(payloadIndex, offset + RecordLayout.length(buffer, offset) - payloadIndex);
    }
}
