package io.stentor.transport.gateway.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Reads the commands of a binary frame. Field numbers are those of centrifugal/protocol, definitions/client.proto;
 * unknown fields are skipped.
 */
final class ProtobufCommandReader {

    private static final int ID = 1;

    private final CodedInputStream in;

    private ProtobufCommandReader(final CodedInputStream in) {
        this.in = in;
    }

    /** Hands over the commands of a frame; returns false at the first fault. */
    static boolean read(final byte[] frame, final Consumer<Request> requests) {
        final CodedInputStream in = CodedInputStream.newInstance(frame);
        final ProtobufCommandReader reader = new ProtobufCommandReader(in);
        try {
            while (!in.isAtEnd()) {
                final int limit = in.pushLimit(in.readRawVarint32());
                final CommandFields fields = new CommandFields();
                if (!reader.command(fields)) {
                    return false;
                }
                in.popLimit(limit);
                final boolean json =
                        fields.kind == CommandKind.PUBLISH && fields.data != null && JsonText.isOneValue(fields.data);
                requests.accept(fields.request(json));
            }
            return frame.length > 0;
        } catch (final IOException ex) {
            return false;
        }
    }

    private boolean command(final CommandFields fields) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            final int field = WireFormat.getTagFieldNumber(tag);
            final boolean nested = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            if (field == ID && !nested) {
                fields.id = in.readUInt32() & 0xFFFF_FFFFL;
            } else if (nested) {
                if (!fields.kind(CommandKind.of(field))) {
                    return false;
                }
                final int limit = in.pushLimit(in.readRawVarint32());
                parameters(fields, fields.kind);
                in.popLimit(limit);
            } else {
                in.skipField(tag);
            }
        }
        return true;
    }

    private void parameters(final CommandFields fields, final CommandKind kind) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            final int field = WireFormat.getTagFieldNumber(tag);
            final boolean known = switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_VARINT -> number(fields, kind, field);
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> bytes(fields, kind, field);
                default -> false;
            };
            if (!known) {
                in.skipField(tag);
            }
        }
    }

    private boolean number(final CommandFields fields, final CommandKind kind, final int field) throws IOException {
        if (kind == CommandKind.SUBSCRIBE) {
            switch (field) {
                case 3 -> fields.recover = in.readBool();
                case 7 -> fields.offset = in.readUInt64();
                case 11 -> fields.joinLeave = in.readBool();
                case 14 -> fields.flag = in.readInt64();
                default -> {
                    return false;
                }
            }
            return true;
        }
        if (kind == CommandKind.HISTORY && field == 7) {
            fields.limit = in.readInt32();
            return true;
        }
        if (kind == CommandKind.HISTORY && field == 9) {
            fields.reverse = in.readBool();
            return true;
        }
        return false;
    }

    private boolean bytes(final CommandFields fields, final CommandKind kind, final int field) throws IOException {
        switch (kind) {
            case SUBSCRIBE, UNSUBSCRIBE, PUBLISH, PRESENCE, PRESENCE_STATS, HISTORY, SUB_REFRESH -> {
                if (field == 1) {
                    fields.topic = in.readStringRequireUtf8();
                    return true;
                }
                return afterTopic(fields, kind, field);
            }
            case CONNECT, REFRESH -> {
                if (field == 1) {
                    fields.token = in.readStringRequireUtf8();
                    return true;
                }
                return kind == CommandKind.CONNECT && field == 2 && data(fields);
            }
            case SEND -> {
                return field == 1 && data(fields);
            }
            case RPC -> {
                if (field == 2) {
                    fields.method = in.readStringRequireUtf8();
                    return true;
                }
                return field == 1 && data(fields);
            }
            default -> {
                return false;
            }
        }
    }

    private boolean afterTopic(final CommandFields fields, final CommandKind kind, final int field) throws IOException {
        if (field == 2 && (kind == CommandKind.SUBSCRIBE || kind == CommandKind.SUB_REFRESH)) {
            fields.token = in.readStringRequireUtf8();
            return true;
        }
        if (field == 2 && kind == CommandKind.PUBLISH) {
            return data(fields);
        }
        if (field == 6 && kind == CommandKind.SUBSCRIBE) {
            fields.epoch = in.readStringRequireUtf8();
            return true;
        }
        if (field == 8 && kind == CommandKind.HISTORY) {
            since(fields);
            return true;
        }
        return false;
    }

    private void since(final CommandFields fields) throws IOException {
        fields.since = true;
        final int limit = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == (1 << 3)) {
                fields.offset = in.readUInt64();
            } else if (tag == ((2 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                fields.epoch = in.readStringRequireUtf8();
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(limit);
    }

    private boolean data(final CommandFields fields) throws IOException {
        fields.data = in.readByteArray();
        return true;
    }
}
