package io.stentor.transport.gateway.server;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.codec.Answer;
import io.stentor.transport.gateway.codec.JsonFault;
import io.stentor.transport.gateway.codec.JsonObject;
import io.stentor.transport.gateway.codec.Request;
import io.stentor.transport.gateway.token.TokenRefused;
import io.stentor.transport.gateway.token.VerifiedToken;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Who a connection speaks for, and until when. Event loop only. */
final class Identity {

    /** The unsubscribe code of a subscription whose token has ended: the client asks for a new one and comes back. */
    static final int SUBSCRIPTION_EXPIRED = 2501;

    /** The most bytes of a device's name: its length is one byte on the wire. */
    private static final int DEVICE_LENGTH_MAX = 255;

    private final GatewayContext context;
    private String client = "";
    private String user = "";
    private String device = "";
    private byte[] info;
    private long expiresAtSeconds = Subscriptions.NEVER;

    Identity(final GatewayContext context) {
        this.context = context;
    }

    /**
     * Takes over what a connect shows.
     *
     * @throws TokenRefused when its token does not hold.
     * @throws MethodFault when it must be refused with a number.
     */
    void accept(final Request.Connect connect) throws TokenRefused, MethodFault {
        if (!connect.token().isEmpty()) {
            final VerifiedToken token = verify(connect.token(), "");
            user = token.user();
            device = token.device();
            info = token.info();
            expiresAtSeconds = token.expiresAtSeconds();
        } else if (!context.dev()) {
            throw new MethodFault(ClientError.UNAUTHORIZED, "connect without a token");
        }
        if (device.isEmpty()) {
            device = deviceOf(connect.data());
        }
        client = UUID.randomUUID().toString();
    }

    /** Extends the connection with a new token of the same user. */
    void refresh(final String token) throws TokenRefused {
        final VerifiedToken verified = verify(token, "");
        if (!verified.user().equals(user)) {
            throw TokenRefused.invalid("the token is another user's");
        }
        expiresAtSeconds = verified.expiresAtSeconds();
    }

    /** Verifies the right to a private topic. */
    VerifiedToken right(final String topic, final String token) throws TokenRefused, MethodFault {
        if (token.isEmpty()) {
            throw new MethodFault(ClientError.PERMISSION_DENIED, topic + " is private and needs a subscription token");
        }
        final VerifiedToken verified = verify(token, topic);
        if (!verified.user().equals(user)) {
            throw TokenRefused.invalid("the token is another user's");
        }
        return verified;
    }

    ClientCommand.Connect command(final long id) {
        return new ClientCommand.Connect(id, client, user, device, info);
    }

    String client() {
        return client;
    }

    /** When the right to be connected ends, seconds since 1970. */
    long expiresAtSeconds() {
        return expiresAtSeconds;
    }

    Answer.Lifetime lifetime() {
        return Subscriptions.lifetime(expiresAtSeconds, context.tokenVerifier().nowSeconds());
    }

    /** A connection's token names no topic, so that a token for one topic never opens a connection, nor the reverse. */
    private VerifiedToken verify(final String token, final String topic) throws TokenRefused {
        final VerifiedToken verified = context.tokenVerifier().verify(token);
        if (!verified.topic().equals(topic)) {
            throw TokenRefused.invalid("the token is for something else");
        }
        return verified;
    }

    private static String deviceOf(final byte[] data) throws MethodFault {
        if (data == null) {
            return "";
        }
        try {
            final String device = JsonObject.parse(data).text("device", "");
            if (device.getBytes(StandardCharsets.UTF_8).length > DEVICE_LENGTH_MAX) {
                throw new MethodFault(
                        ClientError.BAD_REQUEST, "data.device has more than " + DEVICE_LENGTH_MAX + " bytes");
            }
            return device;
        } catch (final JsonFault ex) {
            if (ex.isSyntax()) {
                // The data is the application's own and need not be an object.
                return "";
            }
            throw new MethodFault(ClientError.BAD_REQUEST, "data of connect: " + ex.getMessage());
        }
    }
}
