package io.stentor.engine.pipeline;

import io.stentor.fanout.route.MessageFrame;
import io.stentor.fanout.route.Router;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import org.agrona.concurrent.NanoClock;

/** The third step: one frame to every shard that wants the topic. Sees only what the journal has. */
final class SendStep implements PipelineStep {

    private final Router router;
    private final NanoClock nanoClock;
    private final StageRecorder routeAndSend;
    private final MessageFrame frame = new MessageFrame();
    private long startNs;
    private int messages;

    SendStep(final Router router, final NanoClock nanoClock, final StageRecorder routeAndSend) {
        this.router = router;
        this.nanoClock = nanoClock;
        this.routeAndSend = routeAndSend;
    }

    @Override
    public void onSlot(final Slot slot) {
        if (!slot.recorded) {
            return;
        }
        if (messages++ == 0) {
            startNs = nanoClock.nanoTime();
        }
        if (slot.type != RecordType.MESSAGE) {
            router.onOther(slot.sequence);
            return;
        }
        final TopicState topic = slot.topic;
        if (slot.opening != null) {
            router.onTopicOpened(topic.routed(), RecordLayout.sequence(slot.opening, 0));
        }
        if (router.isWanted(topic.routed())) {
            RecordFrames.fill(frame, slot.record, 0, slot.offeredNs);
            router.onMessage(topic.routed(), frame);
        } else {
            router.onUnwanted(topic.routed(), slot.sequence, slot.topicOffset);
        }
    }

    @Override
    public void onBatchEnd() {
        if (messages > 0) {
            router.flush();
            routeAndSend.record(nanoClock.nanoTime() - startNs, messages);
            messages = 0;
        }
    }
}
