package io.stentor.transport.gateway.codec;

import io.netty.buffer.ByteBuf;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The protocol in JSON: one object per message, line feeds between the messages of a frame. */
final class JsonCodec implements ClientCodec {

    @Override
    public boolean text() {
        return true;
    }

    @Override
    public boolean decode(final byte[] frame, final Consumer<Request> requests) {
        return JsonCommandReader.read(frame, requests);
    }

    @Override
    public void separate(final ByteBuf out) {
        out.writeByte('\n');
    }

    @Override
    public void ping(final ByteBuf out) {
        out.writeByte('{').writeByte('}');
    }

    @Override
    public void encode(final long id, final Answer answer, final ByteBuf out) {
        final JsonWriter json = new JsonWriter(out).object().field("id", id);
        if (answer instanceof Answer.Failed failed) {
            json.object("error").field("code", failed.code()).field("message", failed.message());
            if (failed.temporary()) {
                json.field("temporary", true);
            }
        } else if (answer instanceof Answer.Published) {
            json.object("publish");
        } else if (answer instanceof Answer.Rpc rpc) {
            json.object("rpc").json("data", rpc.data());
        } else if (answer instanceof Answer.Subscribed subscribed) {
            encode(subscribed, json.object("subscribe"));
        } else if (answer instanceof Answer.Unsubscribed) {
            json.object("unsubscribe");
        } else if (answer instanceof Answer.History history) {
            json.object("history");
            publications(history.publications(), json);
            position(history.top(), json);
        } else if (answer instanceof Answer.Presence presence) {
            members(presence.members(), json.object("presence"));
        } else if (answer instanceof Answer.PresenceStats stats) {
            json.object("presence_stats").field("num_clients", stats.clients()).field("num_users", stats.users());
        } else if (answer instanceof Answer.Connected connected) {
            encode(connected, json.object("connect"));
        } else if (answer instanceof Answer.Refreshed refreshed) {
            json.object("refresh").field("client", refreshed.client()).field("version", refreshed.version());
            lifetime(refreshed.lifetime(), json);
        } else if (answer instanceof Answer.SubRefreshed refreshed) {
            lifetime(refreshed.lifetime(), json.object("sub_refresh"));
        } else {
            json.object("ping");
        }
        json.endObject().endObject();
    }

    @Override
    public void encode(final Push push, final ByteBuf out) {
        final JsonWriter json = new JsonWriter(out).object().object("push");
        if (push instanceof Push.Join join) {
            who(join.who(), json.field("channel", join.topic()).object("join").object("info"));
            json.endObject();
        } else if (push instanceof Push.Leave leave) {
            who(
                    leave.who(),
                    json.field("channel", leave.topic()).object("leave").object("info"));
            json.endObject();
        } else if (push instanceof Push.Subscribed subscribed) {
            json.field("channel", subscribed.topic()).object("subscribe").field("recoverable", true);
            position(subscribed.position(), json);
            json.field("positioned", true);
        } else if (push instanceof Push.Unsubscribed unsubscribed) {
            json.field("channel", unsubscribed.topic())
                    .object("unsubscribe")
                    .field("code", unsubscribed.code())
                    .field("reason", unsubscribed.reason());
        } else if (push instanceof Push.Typing typing) {
            json.object("message").object("data");
            SignalText.typing(typing, json);
            json.endObject();
        }
        json.endObject().endObject().endObject();
    }

    @Override
    public void encode(final Publication publication, final ByteBuf out) {
        final JsonWriter json = new JsonWriter(out)
                .object()
                .object("push")
                .field("channel", publication.topic())
                .object("pub");
        JsonPublication.write(publication, json);
        json.endObject().endObject().endObject();
    }

    private static void encode(final Answer.Connected connected, final JsonWriter json) {
        json.field("client", connected.client()).field("version", connected.version());
        lifetime(connected.lifetime(), json);
        json.field("ping", connected.pingSeconds()).field("pong", connected.pong());
        if (!connected.node().isEmpty()) {
            json.field("node", connected.node());
        }
    }

    private static void encode(final Answer.Subscribed subscribed, final JsonWriter json) {
        lifetime(subscribed.lifetime(), json);
        json.field("recoverable", true);
        position(subscribed.position(), json);
        json.field("positioned", true);
        if (subscribed.wasRecovering()) {
            json.field("was_recovering", true);
        }
        if (subscribed.recovered()) {
            json.field("recovered", true);
        }
        publications(subscribed.publications(), json);
    }

    private static void lifetime(final Answer.Lifetime lifetime, final JsonWriter json) {
        if (lifetime.expires()) {
            json.field("expires", true).field("ttl", lifetime.ttlSeconds());
        }
    }

    private static void position(final StreamPosition position, final JsonWriter json) {
        json.field("epoch", position.epoch()).field("offset", position.offset());
    }

    private static void publications(final List<StoredPublication> publications, final JsonWriter json) {
        json.array("publications");
        for (final StoredPublication publication : publications) {
            JsonPublication.write(publication, json.object());
            json.endObject();
        }
        json.endArray();
    }

    private static void members(final Map<String, ClientInfo> members, final JsonWriter json) {
        json.object("presence");
        members.forEach((client, who) -> {
            who(who, json.object(client));
            json.endObject();
        });
        json.endObject();
    }

    private static void who(final ClientInfo who, final JsonWriter json) {
        json.field("user", who.user()).field("client", who.client());
        if (who.info() != null) {
            json.json("conn_info", who.info());
        }
    }
}
