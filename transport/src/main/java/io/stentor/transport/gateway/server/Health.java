package io.stentor.transport.gateway.server;

import io.stentor.transport.gateway.api.HttpAnswer;

/** What a supervisor asks: must this process be restarted, and should it be given work now? */
final class Health {

    private static final String SHUTTING_DOWN = "shutting down";

    private final GatewayContext context;

    /** Written by the thread that closes the gateway, read by the event loops. */
    private volatile boolean draining;

    Health(final GatewayContext context) {
        this.context = context;
    }

    /** From now on this process is not ready: it takes no new work. */
    void drain() {
        draining = true;
    }

    HttpAnswer live() {
        return answer(context.apiPort() == null ? null : context.apiPort().notLiveReason());
    }

    HttpAnswer ready() {
        if (draining) {
            return answer(SHUTTING_DOWN);
        }
        final String engine =
                context.apiPort() == null ? null : context.apiPort().notReadyReason();
        return answer(engine != null ? engine : shardReason());
    }

    /** Why no client can be served now; null when they can. */
    String shardReason() {
        if (draining) {
            return SHUTTING_DOWN;
        }
        return context.sessionPort() == null ? null : context.sessionPort().notReadyReason();
    }

    private static HttpAnswer answer(final String reason) {
        return reason == null ? HttpAnswer.text(200, "ok") : HttpAnswer.text(503, reason);
    }
}
