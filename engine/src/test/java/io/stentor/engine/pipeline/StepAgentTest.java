package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventPoller;
import io.stentor.journal.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class StepAgentTest {

    private static final byte COMMAND = 99;

    private final RingEntry entry = new RingEntry(1024, 1024);
    private final EventPoller<Slot> poller = entry.ring().newPoller();
    private final List<String> seen = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    StepAgentTest() {
        entry.ring().addGatingSequences(poller.getSequence());
    }

    @Test
    void shouldShowTheWholeBatchToOneStepBeforeTheNext() {
        final StepAgent agent = agent(step("first"), step("second"));
        offer(2);

        assertEquals(2, agent.doWork());

        assertEquals(List.of("first 0", "first 1", "first end", "second 0", "second 1", "second end"), seen);
    }

    @Test
    void shouldCapTheBatch() {
        final StepAgent agent = agent(step("only"));
        offer(StepAgent.BATCH_MAX + 10);

        assertEquals(StepAgent.BATCH_MAX, agent.doWork());
        assertEquals(10, agent.doWork());
        assertEquals(0, agent.doWork());
    }

    @Test
    void shouldEndThePipelineWithOneErrorWhenStepFailsAndSkipNothing() {
        final IllegalStateException broken = new IllegalStateException("the disk is on fire");
        final StepAgent agent = agent(
                new PipelineStep() {
                    @Override
                    public void onSlot(final Slot slot) {
                        throw broken;
                    }

                    @Override
                    public void onBatchEnd() {}
                },
                step("after"));
        offer(3);

        assertThrows(AgentTerminationException.class, agent::doWork);
        assertEquals(0, agent.doWork());

        assertEquals(List.of(broken), failures);
        assertTrue(seen.isEmpty(), seen.toString());
    }

    private StepAgent agent(final PipelineStep... steps) {
        return new StepAgent("test", poller, failures::add, steps);
    }

    private void offer(final int count) {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[1]);
        for (int i = 0; i < count; i++) {
            body.putByte(0, (byte) i);
            assertTrue(entry.offerCommand(COMMAND, body, 0, 1));
        }
    }

    private PipelineStep step(final String name) {
        return new PipelineStep() {
            @Override
            public void onSlot(final Slot slot) {
                seen.add(name + " " + slot.record.getByte(RecordLayout.BODY_OFFSET));
            }

            @Override
            public void onBatchEnd() {
                seen.add(name + " end");
            }
        };
    }
}
