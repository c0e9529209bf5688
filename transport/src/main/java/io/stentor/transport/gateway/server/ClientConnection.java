package io.stentor.transport.gateway.server;

import io.netty.channel.Channel;
import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.codec.Answer;
import io.stentor.transport.gateway.codec.ClientCodec;
import io.stentor.transport.gateway.codec.JsonObject;
import io.stentor.transport.gateway.codec.Request;
import io.stentor.transport.gateway.token.TokenRefused;
import io.stentor.transport.gateway.token.VerifiedToken;
import io.stentor.transport.wire.TopicName;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One client's conversation: what it may say when, and who it is. Event loop only.
 *
 * <pre>
 *   NEW        -> ENDED       when too many connect at once
 *   NEW        -> CONNECTING  when connect came; its token is looked at when its turn has come
 *   CONNECTING -> REFUSED     when the token does not hold, for a reason that the client is told by number
 *   CONNECTING -> OPEN        when the shard has opened the session; commands wait until then
 *   any        -> ENDED       when a disconnect is decided or the socket has gone
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails when its turn has come fails as if it had come at once.
final class ClientConnection implements ClientOutbox.Speaker, Pulse.Owner {

    private enum State {
        NEW,
        CONNECTING,
        OPEN,
        REFUSED,
        ENDED
    }

    /** The least time that a client too many is told to wait, in tenths of a second. */
    private static final int RETRY_TENTHS_MIN = 5;

    /** How much longer it may be, at random, so that they do not all come back at once. */
    private static final int RETRY_TENTHS_SPREAD = 30;

    private final Channel channel;
    private final GatewayContext context;
    private final ClientCodec codec;
    private final ClientOutbox outbox;
    private final ClientInlet inlet;
    private final Pulse pulse;
    private final Identity identity;
    private final Subscriptions subscriptions = new Subscriptions();

    /** What came before the session was open; null when nothing waits. */
    private ArrayDeque<Request> waiting;

    private State state = State.NEW;
    private ClientSession session;
    private int inFlight;

    ClientConnection(
            final Channel channel, final GatewayContext context, final Deliveries deliveries, final ClientCodec codec) {
        this.channel = channel;
        this.context = context;
        this.codec = codec;
        this.outbox = new ClientOutbox(channel, deliveries, codec, this, context);
        this.inlet = new ClientInlet(outbox, channel, deliveries, codec, context);
        this.pulse = new Pulse(deliveries.wheel(), context, this);
        this.identity = new Identity(context);
    }

    /** The WebSocket is open. */
    void opened() {
        pulse.start();
    }

    /** A frame came. */
    void received(final boolean text, final byte[] frame) {
        pulse.heard();
        if (state != State.ENDED && (text != codec.text() || !codec.decode(frame, this::on))) {
            malformed();
        }
    }

    /** Writes what has been said since the last time. */
    void flush() {
        outbox.flush();
    }

    /** Ends the conversation for a numbered reason. */
    @Override
    public void disconnect(final Disconnect disconnect) {
        end();
        outbox.finish(disconnect);
    }

    /** The socket has gone. */
    void closed() {
        end();
        outbox.close();
    }

    @Override
    public Answer answer(final long tag, final Reply reply) {
        inFlight--;
        if (reply instanceof Reply.Connected) {
            return connected();
        }
        if (reply instanceof Reply.Failed failed) {
            subscriptions.refused(tag);
            return Answer.Failed.of(failed.error(), failed.detail());
        }
        if (reply instanceof Reply.Subscribed subscribed) {
            return subscribed(tag, subscribed);
        }
        return CommandTag.isMethodCall(tag) ? new Answer.Rpc(MethodCalls.result(reply)) : plain(reply);
    }

    @Override
    public void pushed(final Push push) {
        if (push instanceof Push.Unsubscribed unsubscribed) {
            subscriptions.ended(unsubscribed.topic());
        } else if (push instanceof Push.Subscribed subscribed) {
            subscriptions.opened(subscribed.topic());
        }
    }

    private void on(final Request request) {
        if (state == State.ENDED || state == State.REFUSED) {
            return;
        }
        final boolean first = state == State.NEW;
        final boolean nameless =
                request.id() == 0 && !(request instanceof Request.Send) && !(request instanceof Request.Pong);
        if (nameless || first != request instanceof Request.Connect) {
            malformed();
        } else if (request instanceof Request.Connect connect) {
            connect(connect);
        } else if (state == State.CONNECTING || waiting != null) {
            postpone(request);
        } else {
            execute(request);
        }
    }

    private void malformed() {
        if (state == State.NEW) {
            context.counters().onMalformedFirstFrame();
        }
        disconnect(Disconnect.BAD_REQUEST);
    }

    private void connect(final Request.Connect connect) {
        // Before the token: a storm must not cost a signature each.
        final long waitNs = context.connectRate().admit();
        if (waitNs == ConnectRate.REFUSED) {
            refuseForNow(connect.id());
            return;
        }
        state = State.CONNECTING;
        if (waitNs == 0) {
            open(connect);
        } else {
            channel.eventLoop().schedule(() -> openInTurn(connect), waitNs, TimeUnit.NANOSECONDS);
        }
    }

    private void openInTurn(final Request.Connect connect) {
        try {
            open(connect);
            flush();
        } catch (final RuntimeException ex) {
            channel.pipeline().fireExceptionCaught(ex);
        }
    }

    private void open(final Request.Connect connect) {
        if (state != State.CONNECTING) {
            // It did not wait for its turn.
            return;
        }
        try {
            identity.accept(connect);
        } catch (final TokenRefused ex) {
            if (ex.isExpired()) {
                refuse(connect.id(), Answer.Failed.of(ClientError.TOKEN_EXPIRED));
            } else {
                disconnect(Disconnect.INVALID_TOKEN);
            }
            return;
        } catch (final MethodFault ex) {
            refuse(connect.id(), ex.answer());
            return;
        }
        session = context.sessionPort().open(inlet);
        inFlight++;
        if (!session.offer(identity.command(connect.id()))) {
            disconnect(Disconnect.TOO_MANY_REQUESTS);
        }
    }

    /**
     * Too many come at once. To SDKs both the error, which is temporary, and the code of the close mean to come back by
     * themselves, each time later and with jitter; the words are for people.
     */
    private void refuseForNow(final long id) {
        context.counters().onRefusedByRate();
        final int tenths = RETRY_TENTHS_MIN + ThreadLocalRandom.current().nextInt(RETRY_TENTHS_SPREAD);
        final String hint = "try again in " + tenths / 10 + "." + tenths % 10 + " s";
        outbox.say(id, Answer.Failed.of(ClientError.TOO_MANY_REQUESTS, hint));
        final Disconnect full = Disconnect.TOO_MANY_REQUESTS;
        disconnect(new Disconnect(full.code(), full.reason() + ": " + hint));
    }

    /** The client is told why and leaves by itself; what it sent behind its connect means nothing now. */
    private void refuse(final long id, final Answer answer) {
        state = State.REFUSED;
        outbox.say(id, answer);
    }

    private Answer connected() {
        if (state == State.CONNECTING) {
            state = State.OPEN;
            pulse.connected();
            armExpiry();
            // Not from inside the outbox, which is writing this very answer.
            channel.eventLoop().execute(this::resume);
        }
        return new Answer.Connected(
                identity.client(),
                context.version(),
                context.nodeName(),
                identity.lifetime(),
                (context.pingIntervalMs() + 999) / 1000,
                true);
    }

    private void resume() {
        while (waiting != null && state == State.OPEN) {
            execute(waiting.poll());
            if (waiting != null && waiting.isEmpty()) {
                waiting = null;
            }
        }
        flush();
    }

    private void postpone(final Request request) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        if (waiting.size() < context.commandsInFlightMax()) {
            waiting.add(request);
        } else {
            disconnect(Disconnect.TOO_MANY_REQUESTS);
        }
    }

    private void execute(final Request request) {
        try {
            if (request instanceof Request.Ping) {
                outbox.say(request.id(), new Answer.Ping());
            } else if (request instanceof Request.Pong) {
                pulse.heard();
            } else if (request instanceof Request.Refresh refresh) {
                refresh(refresh);
            } else if (request instanceof Request.SubRefresh refresh) {
                subRefresh(refresh);
            } else if (request instanceof Request.Send send) {
                send(send);
            } else {
                offer(command(request));
            }
        } catch (final MethodFault ex) {
            outbox.say(request.id(), ex.answer());
        } catch (final TokenRefused ex) {
            outbox.say(
                    request.id(),
                    ex.isExpired()
                            ? Answer.Failed.of(ClientError.TOKEN_EXPIRED)
                            : Answer.Failed.of(ClientError.PERMISSION_DENIED, ex.getMessage()));
        }
    }

    private ClientCommand command(final Request request) throws MethodFault, TokenRefused {
        final long id = request.id();
        if (request instanceof Request.Publish publish) {
            return publish(publish);
        }
        if (request instanceof Request.Subscribe subscribe) {
            return subscribe(subscribe);
        }
        if (request instanceof Request.Unsubscribe unsubscribe) {
            subscriptions.ended(unsubscribe.topic());
            return new ClientCommand.Unsubscribe(id, named(unsubscribe.topic()));
        }
        if (request instanceof Request.History history) {
            return new ClientCommand.History(
                    id, usable(history.topic()), history.limit(), history.since(), history.reverse());
        }
        if (request instanceof Request.Presence presence) {
            return new ClientCommand.Presence(id, usable(presence.topic()));
        }
        if (request instanceof Request.PresenceStats stats) {
            return new ClientCommand.PresenceStats(id, usable(stats.topic()));
        }
        if (request instanceof Request.Rpc rpc) {
            return method(CommandTag.ofMethodCall(id), rpc.method(), MethodCalls.call(rpc.data()));
        }
        throw new MethodFault(ClientError.METHOD_NOT_FOUND, "this server does not know the command");
    }

    private ClientCommand method(final long tag, final String method, final JsonObject call) throws MethodFault {
        final ClientCommand command = MethodCalls.command(tag, method, call, context.payloadLengthMax());
        usable(MethodCalls.topic(call));
        return command;
    }

    private ClientCommand publish(final Request.Publish publish) throws MethodFault {
        final byte[] data = publish.data();
        if (data == null) {
            throw new MethodFault(ClientError.BAD_REQUEST, "data is missing");
        }
        if (data.length > context.payloadLengthMax()) {
            throw MethodCalls.tooLarge(data.length, context.payloadLengthMax());
        }
        return new ClientCommand.Publish(publish.id(), usable(publish.topic()), null, data, publish.json(), null);
    }

    private ClientCommand subscribe(final Request.Subscribe subscribe) throws MethodFault, TokenRefused {
        final String topic = named(subscribe.topic());
        long expiresAt = Subscriptions.NEVER;
        if (Subscriptions.isPrivate(topic)) {
            expiresAt = identity.right(topic, subscribe.token()).expiresAtSeconds();
        }
        subscriptions.asked(subscribe.id(), topic, expiresAt, subscribe.rejectUnrecovered());
        return new ClientCommand.Subscribe(
                subscribe.id(), topic, subscribe.recover(), subscribe.since(), subscribe.joinLeave());
    }

    private void send(final Request.Send send) {
        try {
            final JsonObject call = MethodCalls.call(send.data());
            final ClientCommand command = method(0, MethodCalls.method(call), call);
            // A signal may be lost at any time, and an acknowledgement is made good by the next; a message is not.
            if (!session.offer(command) && command instanceof ClientCommand.Publish) {
                disconnect(Disconnect.TOO_MANY_REQUESTS);
            }
        } catch (final MethodFault ex) {
            // The protocol has no answer to a send.
        }
    }

    private void offer(final ClientCommand command) {
        if (inFlight < context.commandsInFlightMax() && session.offer(command)) {
            inFlight++;
        } else {
            subscriptions.refused(command.id());
            outbox.say(CommandTag.id(command.id()), Answer.Failed.of(ClientError.TOO_MANY_REQUESTS));
        }
    }

    private Answer subscribed(final long tag, final Reply.Subscribed reply) {
        final String left = subscriptions.rejected(tag, reply);
        if (left != null) {
            session.offer(new ClientCommand.Unsubscribe(0, left));
            return Subscriptions.unrecoverable();
        }
        final Answer answer =
                subscriptions.answer(tag, reply, context.tokenVerifier().nowSeconds());
        armExpiry();
        return answer;
    }

    private static Answer plain(final Reply reply) {
        if (reply instanceof Reply.HistoryPage page) {
            return new Answer.History(page.top(), page.publications());
        }
        if (reply instanceof Reply.PresenceMembers presence) {
            return new Answer.Presence(presence.members());
        }
        if (reply instanceof Reply.PresenceCounts counts) {
            return new Answer.PresenceStats(counts.clients(), counts.users());
        }
        return reply instanceof Reply.Unsubscribed ? new Answer.Unsubscribed() : new Answer.Published();
    }

    private void refresh(final Request.Refresh refresh) {
        try {
            identity.refresh(refresh.token());
            outbox.say(refresh.id(), new Answer.Refreshed(identity.client(), context.version(), identity.lifetime()));
            armExpiry();
        } catch (final TokenRefused ex) {
            if (ex.isExpired()) {
                outbox.say(refresh.id(), Answer.Failed.of(ClientError.TOKEN_EXPIRED));
            } else {
                disconnect(Disconnect.INVALID_TOKEN);
            }
        }
    }

    private void subRefresh(final Request.SubRefresh refresh) throws MethodFault, TokenRefused {
        final VerifiedToken right = identity.right(named(refresh.topic()), refresh.token());
        if (!subscriptions.extended(refresh.topic(), right.expiresAtSeconds())) {
            throw new MethodFault(ClientError.PERMISSION_DENIED, "not subscribed to " + refresh.topic());
        }
        outbox.say(
                refresh.id(),
                new Answer.SubRefreshed(Subscriptions.lifetime(
                        right.expiresAtSeconds(), context.tokenVerifier().nowSeconds())));
        armExpiry();
    }

    /** Tells the pulse when the first right ends. */
    private void armExpiry() {
        final long next = Math.min(identity.expiresAtSeconds(), subscriptions.nextExpirySeconds());
        if (next == Subscriptions.NEVER) {
            pulse.neverExpire();
        } else {
            pulse.expireAfter(
                    next * 1000 + context.expiryGraceMs() - context.epochClock().time());
        }
    }

    @Override
    public void expire() {
        if (state == State.ENDED) {
            return;
        }
        final long seconds = (context.epochClock().time() - context.expiryGraceMs()) / 1000;
        if (identity.expiresAtSeconds() <= seconds) {
            disconnect(Disconnect.EXPIRED);
            return;
        }
        for (final String topic : subscriptions.expire(seconds)) {
            session.offer(new ClientCommand.Unsubscribe(0, topic));
            outbox.say(new Push.Unsubscribed(topic, Identity.SUBSCRIPTION_EXPIRED, "subscription expired"));
        }
        flush();
        armExpiry();
    }

    @Override
    public void ping() {
        outbox.ping();
        flush();
    }

    private void end() {
        if (state != State.ENDED) {
            state = State.ENDED;
            pulse.stop();
            waiting = null;
            if (session != null) {
                session.close();
            }
        }
    }

    /** A topic that the connection may publish to and read. */
    private String usable(final String topic) throws MethodFault {
        if (!subscriptions.mayUse(named(topic))) {
            throw new MethodFault(ClientError.PERMISSION_DENIED, topic + " is private: subscribe first");
        }
        return topic;
    }

    private static String named(final String topic) throws MethodFault {
        final String problem = TopicName.problem(topic);
        if (problem != null) {
            throw new MethodFault(ClientError.BAD_REQUEST, problem);
        }
        return topic;
    }
}
