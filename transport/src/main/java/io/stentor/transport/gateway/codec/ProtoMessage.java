package io.stentor.transport.gateway.codec;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A Protobuf message under construction, inner messages first. Fields with their default value are left out. */
final class ProtoMessage {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, 128);

    ProtoMessage text(final int field, final String value) {
        return value.isEmpty() ? this : put(() -> out.writeString(field, value));
    }

    ProtoMessage number(final int field, final long value) {
        return value == 0 ? this : put(() -> out.writeUInt64(field, value));
    }

    ProtoMessage flag(final int field, final boolean value) {
        return value ? put(() -> out.writeBool(field, true)) : this;
    }

    ProtoMessage bytes(final int field, final byte[] value) {
        return value == null ? this : put(() -> out.writeByteArray(field, value));
    }

    ProtoMessage message(final int field, final ProtoMessage value) {
        return put(() -> out.writeByteArray(field, value.toByteArray()));
    }

    ProtoMessage put(final Write write) {
        try {
            write.run();
            return this;
        } catch (final IOException ex) {
            throw new UncheckedIOException("a stream of bytes in memory failed", ex);
        }
    }

    CodedOutputStream stream() {
        return out;
    }

    byte[] toByteArray() {
        put(out::flush);
        return bytes.toByteArray();
    }

    /** One write to the stream. */
    interface Write {
        void run() throws IOException;
    }
}
