package io.stentor.engine.pipeline;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.CompositeAgent;

/**
 * What may wait while another of them works, or forces a file: on one thread, since each thread that looks for work 2,000 times a
 * second costs the path a hundredth of a processor although there is none.
 */
final class HousekeepingAgent extends CompositeAgent {

    /** Takes turns between agents, each of which works in pieces of a millisecond at most, apart from forces. */
    HousekeepingAgent(final Agent... agents) {
        super(agents);
    }

    @Override
    public String roleName() {
        return "housekeeping";
    }
}
