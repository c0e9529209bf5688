package io.stentor.transport.gateway.codec;

import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The protocol in Protobuf: each message behind its length as a varint. Field numbers are those of centrifugal/protocol,
 * definitions/client.proto.
 */
final class ProtobufCodec implements ClientCodec {

    private static final int REPLY_PUSH = 4;
    private static final int PUSH_CHANNEL = 2;
    private static final int PUSH_PUB = 4;

    @Override
    public boolean text() {
        return false;
    }

    @Override
    public boolean decode(final byte[] frame, final Consumer<Request> requests) {
        return ProtobufCommandReader.read(frame, requests);
    }

    @Override
    public void separate(final ByteBuf out) {
        // The length before each message separates them.
    }

    @Override
    public void ping(final ByteBuf out) {
        out.writeByte(0);
    }

    @Override
    public void encode(final long id, final Answer answer, final ByteBuf out) {
        final ProtoMessage reply = new ProtoMessage().number(1, id);
        if (answer instanceof Answer.Failed failed) {
            reply.message(
                    2,
                    new ProtoMessage()
                            .number(1, failed.code())
                            .text(2, failed.message())
                            .flag(3, failed.temporary()));
        } else if (answer instanceof Answer.Connected connected) {
            reply.message(5, connected(connected));
        } else if (answer instanceof Answer.Subscribed subscribed) {
            reply.message(6, subscribed(subscribed));
        } else if (answer instanceof Answer.Unsubscribed) {
            reply.message(7, new ProtoMessage());
        } else if (answer instanceof Answer.Published) {
            reply.message(8, new ProtoMessage());
        } else if (answer instanceof Answer.Presence presence) {
            final ProtoMessage members = new ProtoMessage();
            presence.members()
                    .forEach((client, who) -> members.message(
                            1, new ProtoMessage().text(1, client).message(2, who(who))));
            reply.message(9, members);
        } else if (answer instanceof Answer.PresenceStats stats) {
            reply.message(10, new ProtoMessage().number(1, stats.clients()).number(2, stats.users()));
        } else if (answer instanceof Answer.History history) {
            final ProtoMessage page = publications(1, history.publications(), new ProtoMessage());
            reply.message(
                    11,
                    page.text(2, history.top().epoch()).number(3, history.top().offset()));
        } else if (answer instanceof Answer.Ping) {
            reply.message(12, new ProtoMessage());
        } else if (answer instanceof Answer.Rpc rpc) {
            reply.message(13, new ProtoMessage().bytes(1, rpc.data()));
        } else if (answer instanceof Answer.Refreshed refreshed) {
            reply.message(
                    14,
                    lifetime(
                            3,
                            refreshed.lifetime(),
                            new ProtoMessage().text(1, refreshed.client()).text(2, refreshed.version())));
        } else if (answer instanceof Answer.SubRefreshed refreshed) {
            reply.message(15, lifetime(1, refreshed.lifetime(), new ProtoMessage()));
        }
        delimited(reply, out);
    }

    @Override
    public void encode(final Push push, final ByteBuf out) {
        final ProtoMessage message = new ProtoMessage();
        if (push instanceof Push.Join join) {
            message.text(PUSH_CHANNEL, join.topic()).message(5, new ProtoMessage().message(1, who(join.who())));
        } else if (push instanceof Push.Leave leave) {
            message.text(PUSH_CHANNEL, leave.topic()).message(6, new ProtoMessage().message(1, who(leave.who())));
        } else if (push instanceof Push.Unsubscribed unsubscribed) {
            message.text(PUSH_CHANNEL, unsubscribed.topic())
                    .message(
                            7, new ProtoMessage().number(2, unsubscribed.code()).text(3, unsubscribed.reason()));
        } else if (push instanceof Push.Subscribed subscribed) {
            final StreamPosition position = subscribed.position();
            message.text(PUSH_CHANNEL, subscribed.topic())
                    .message(
                            9,
                            new ProtoMessage()
                                    .flag(1, true)
                                    .text(4, position.epoch())
                                    .number(5, position.offset())
                                    .flag(6, true));
        } else if (push instanceof Push.Typing typing) {
            message.message(8, new ProtoMessage().bytes(1, SignalText.typing(typing)));
        }
        delimited(new ProtoMessage().message(REPLY_PUSH, message), out);
    }

    @Override
    public void encode(final Publication publication, final ByteBuf out) {
        final String topic = publication.topic();
        final ProtobufPublication pub = new ProtobufPublication(
                publication.offset(),
                JsonPublication.text(publication.sender()),
                JsonPublication.text(publication.client()),
                JsonPublication.tags(publication),
                publication.payload().capacity());
        final int pubLength = pub.length();
        final int pushLength = CodedOutputStream.computeStringSize(PUSH_CHANNEL, topic)
                + ProtobufPublication.nested(PUSH_PUB, pubLength);
        final int replyLength = ProtobufPublication.nested(REPLY_PUSH, pushLength);
        final byte[] header = new byte
                [CodedOutputStream.computeUInt32SizeNoTag(replyLength)
                        + replyLength
                        - publication.payload().capacity()];
        try {
            final CodedOutputStream bytes = CodedOutputStream.newInstance(header);
            bytes.writeUInt32NoTag(replyLength);
            bytes.writeTag(REPLY_PUSH, 2);
            bytes.writeUInt32NoTag(pushLength);
            bytes.writeString(PUSH_CHANNEL, topic);
            bytes.writeTag(PUSH_PUB, 2);
            bytes.writeUInt32NoTag(pubLength);
            pub.writeHeader(bytes);
            bytes.checkNoSpaceLeft();
        } catch (final IOException ex) {
            throw new UncheckedIOException("the length of a publication was computed wrongly", ex);
        }
        out.writeBytes(header);
        JsonWriter.append(publication.payload(), out);
    }

    private static ProtoMessage connected(final Answer.Connected connected) {
        return lifetime(
                        3,
                        connected.lifetime(),
                        new ProtoMessage().text(1, connected.client()).text(2, connected.version()))
                .number(7, connected.pingSeconds())
                .flag(8, connected.pong())
                .text(10, connected.node());
    }

    private static ProtoMessage subscribed(final Answer.Subscribed subscribed) {
        final ProtoMessage message = lifetime(1, subscribed.lifetime(), new ProtoMessage())
                .flag(3, true)
                .text(6, subscribed.position().epoch());
        return publications(7, subscribed.publications(), message)
                .flag(8, subscribed.recovered())
                .number(9, subscribed.position().offset())
                .flag(10, true)
                .flag(12, subscribed.wasRecovering());
    }

    /** The time to live has the number after the flag in every message that has both. */
    private static ProtoMessage lifetime(final int field, final Answer.Lifetime lifetime, final ProtoMessage to) {
        return to.flag(field, lifetime.expires()).number(field + 1, lifetime.ttlSeconds());
    }

    private static ProtoMessage who(final ClientInfo who) {
        return new ProtoMessage().text(1, who.user()).text(2, who.client()).bytes(3, who.info());
    }

    private static ProtoMessage publications(
            final int field, final List<StoredPublication> publications, final ProtoMessage to) {
        final CodedOutputStream out = to.stream();
        for (final StoredPublication stored : publications) {
            final ProtobufPublication pub = new ProtobufPublication(
                    stored.offset(), stored.sender(), stored.client(), stored.tags(), stored.payload().length);
            to.put(() -> {
                out.writeTag(field, 2);
                out.writeUInt32NoTag(pub.length());
                pub.writeHeader(out);
                out.writeRawBytes(stored.payload());
            });
        }
        return to;
    }

    private static void delimited(final ProtoMessage message, final ByteBuf out) {
        final byte[] bytes = message.toByteArray();
        int length = bytes.length;
        while ((length & ~0x7F) != 0) {
            out.writeByte((length & 0x7F) | 0x80);
            length >>>= 7;
        }
        out.writeByte(length).writeBytes(bytes);
    }
}
