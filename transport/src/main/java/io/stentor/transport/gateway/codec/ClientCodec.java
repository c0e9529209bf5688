package io.stentor.transport.gateway.codec;

import io.netty.buffer.ByteBuf;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import java.util.function.Consumer;

/**
 * One encoding of the client protocol. Stateless: any thread may use it.
 *
 * <p>Each {@code encode} method appends one whole message. Several messages form one WebSocket frame when
 * {@link #separate} is called between them.
 */
public interface ClientCodec {

    /** JSON, in text frames. */
    ClientCodec JSON = new JsonCodec();

    /** Protobuf, in binary frames. */
    ClientCodec PROTOBUF = new ProtobufCodec();

    /** True when its frames are text. */
    boolean text();

    /**
     * Decodes a client's frame, which holds one or more commands. Never throws.
     *
     * @param frame the frame's content.
     * @param requests is given the commands in order.
     * @return false when the frame is malformed: the commands before the fault have been handed over.
     */
    boolean decode(byte[] frame, Consumer<Request> requests);

    /** Appends what stands between two messages of one frame. */
    void separate(ByteBuf out);

    /** Appends the answer to the command {@code id}. */
    void encode(long id, Answer answer, ByteBuf out);

    /** Appends a push. */
    void encode(Push push, ByteBuf out);

    /** Appends a live publication. */
    void encode(Publication publication, ByteBuf out);

    /** Appends the server's ping. */
    void ping(ByteBuf out);
}
