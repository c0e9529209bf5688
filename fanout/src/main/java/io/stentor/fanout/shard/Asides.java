package io.stentor.fanout.shard;

import io.stentor.transport.wire.ControlKind;
import io.stentor.transport.wire.DrainDecoder;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.ReceiptDecoder;
import io.stentor.transport.wire.SessionControlDecoder;
import io.stentor.transport.wire.SignalDecoder;
import io.stentor.transport.wire.StateQueryDecoder;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/** Reads what the live stream carries beside the chain. One thread, the shard's. */
final class Asides {

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ReceiptDecoder receipt = new ReceiptDecoder();
    private final SessionControlDecoder sessionControl = new SessionControlDecoder();
    private final StateQueryDecoder stateQuery = new StateQueryDecoder();
    private final SignalDecoder signal = new SignalDecoder();
    private final DrainDecoder drain = new DrainDecoder();
    private final Submits submits;
    private final SessionControls controls;
    private final StateAnswers answers;
    private final Signals signals;
    private final Draining draining;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;

    Asides(
            final Submits submits,
            final SessionControls controls,
            final StateAnswers answers,
            final Signals signals,
            final Draining draining,
            final NanoClock clock,
            final ErrorHandler errorHandler) {
        this.submits = submits;
        this.controls = controls;
        this.answers = answers;
        this.signals = signals;
        this.draining = draining;
        this.clock = clock;
        this.errorHandler = errorHandler;
    }

    void onMessage(final int templateId, final DirectBuffer buffer, final int offset) {
        switch (templateId) {
            case ReceiptDecoder.TEMPLATE_ID -> submits.onReceipt(receipt.wrapAndApplyHeader(buffer, offset, header));
            case SignalDecoder.TEMPLATE_ID -> signals.onSignal(signal.wrapAndApplyHeader(buffer, offset, header));
            case SessionControlDecoder.TEMPLATE_ID ->
                onSessionControl(sessionControl.wrapAndApplyHeader(buffer, offset, header));
            case StateQueryDecoder.TEMPLATE_ID -> {
                stateQuery.wrapAndApplyHeader(buffer, offset, header);
                answers.onQuery(stateQuery.correlationId(), stateQuery.kind(), stateQuery.topicName());
            }
            case DrainDecoder.TEMPLATE_ID -> {
                drain.wrapAndApplyHeader(buffer, offset, header);
                draining.onDrain(drain.deadlineNs(), clock.nanoTime());
            }
            default ->
                errorHandler.onError(
                        new IllegalArgumentException("unknown message " + templateId + " on the live stream"));
        }
    }

    private void onSessionControl(final SessionControlDecoder decoder) {
        final ControlKind kind = decoder.kind();
        final int code = decoder.code();
        final String user = decoder.user();
        final String client = decoder.client();
        final String topicName = decoder.topicName();
        final String reason = decoder.reason();
        controls.onControl(kind, user, client, topicName, code, reason);
    }
}
