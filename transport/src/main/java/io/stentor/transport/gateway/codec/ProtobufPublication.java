package io.stentor.transport.gateway.codec;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.Map;

/**
 * The fields of a publication in Protobuf (message {@code Publication}: data = 4, info = 5, offset = 6, tags = 7). The
 * payload is written last, which Protobuf allows, so that everything before it is a short header and the payload is
 * copied once, straight from the frame that it came in.
 */
final class ProtobufPublication {

    private static final int DATA = 4;
    private static final int INFO = 5;
    private static final int OFFSET = 6;
    private static final int TAGS = 7;
    private static final int INFO_USER = 1;
    private static final int INFO_CLIENT = 2;
    private static final int TAG_NAME = 1;
    private static final int TAG_VALUE = 2;

    private final long offset;
    private final String sender;
    private final String client;
    private final Map<String, String> tags;
    private final int payloadLength;

    ProtobufPublication(
            final long offset,
            final String sender,
            final String client,
            final Map<String, String> tags,
            final int payloadLength) {
        this.offset = offset;
        this.sender = sender;
        this.client = client;
        this.tags = tags;
        this.payloadLength = payloadLength;
    }

    /** The bytes before the payload. */
    int headerLength() {
        int length = CodedOutputStream.computeUInt64Size(OFFSET, offset)
                + CodedOutputStream.computeTagSize(DATA)
                + CodedOutputStream.computeUInt32SizeNoTag(payloadLength);
        if (hasInfo()) {
            length += nested(INFO, infoLength());
        }
        for (final Map.Entry<String, String> tag : tags.entrySet()) {
            length += nested(TAGS, tagLength(tag));
        }
        return length;
    }

    /** The bytes of the whole message. */
    int length() {
        return headerLength() + payloadLength;
    }

    /** Writes everything but the payload, which has to follow. */
    void writeHeader(final CodedOutputStream out) throws IOException {
        if (hasInfo()) {
            out.writeTag(INFO, 2);
            out.writeUInt32NoTag(infoLength());
            out.writeString(INFO_USER, sender);
            out.writeString(INFO_CLIENT, client);
        }
        out.writeUInt64(OFFSET, offset);
        for (final Map.Entry<String, String> tag : tags.entrySet()) {
            out.writeTag(TAGS, 2);
            out.writeUInt32NoTag(tagLength(tag));
            out.writeString(TAG_NAME, tag.getKey());
            out.writeString(TAG_VALUE, tag.getValue());
        }
        out.writeTag(DATA, 2);
        out.writeUInt32NoTag(payloadLength);
    }

    /** The bytes that an inner message takes with its tag and length. */
    static int nested(final int field, final int length) {
        return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }

    private boolean hasInfo() {
        return !sender.isEmpty() || !client.isEmpty();
    }

    private int infoLength() {
        return CodedOutputStream.computeStringSize(INFO_USER, sender)
                + CodedOutputStream.computeStringSize(INFO_CLIENT, client);
    }

    private static int tagLength(final Map.Entry<String, String> tag) {
        return CodedOutputStream.computeStringSize(TAG_NAME, tag.getKey())
                + CodedOutputStream.computeStringSize(TAG_VALUE, tag.getValue());
    }
}
