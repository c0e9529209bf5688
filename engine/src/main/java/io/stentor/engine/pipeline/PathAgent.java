package io.stentor.engine.pipeline;

import org.agrona.concurrent.Agent;

/** The last thread of the path: its steps first, then what the send step does between batches. */
final class PathAgent implements Agent {

    private final String name;
    private final StepAgent steps;
    private final SendAgent between;

    PathAgent(final String name, final StepAgent steps, final SendAgent between) {
        this.name = name;
        this.steps = steps;
        this.between = between;
    }

    @Override
    public int doWork() {
        return steps.doWork() + between.doWork();
    }

    @Override
    public void onClose() {
        between.onClose();
    }

    @Override
    public String roleName() {
        return name;
    }
}
