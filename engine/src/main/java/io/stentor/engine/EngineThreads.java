package io.stentor.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;

/**
 * Runs the engine's agents: each on a thread of its own, or all on the caller's. Threading is chosen here and nowhere
 * else. Not thread-safe: the launching thread starts, the closing one stops.
 */
final class EngineThreads {

    private final boolean invoked;
    private final ErrorHandler errorHandler;
    private final ErrorHandler failureHandler;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Deque<AgentInvoker> invokers = new ArrayDeque<>();

    /**
     * Threads to be.
     *
     * @param errorHandler is told of what agents throw.
     * @param failureHandler is told when a thread has ended by itself, as by a fault of a mapped page, which the JVM may throw
     *     somewhere between two duties: whatever it did, nobody does now.
     */
    EngineThreads(final ThreadingMode mode, final ErrorHandler errorHandler, final ErrorHandler failureHandler) {
        this.invoked = mode == ThreadingMode.INVOKER;
        this.failureHandler = failureHandler;
        // An agent that ends itself has said why before.
        this.errorHandler = failure -> {
            if (!(failure instanceof AgentTerminationException)) {
                errorHandler.onError(failure);
            }
        };
    }

    /**
     * Starts an agent.
     *
     * @param idleStrategy how its thread waits, if it has one of its own.
     * @return stops it and waits until it has stopped.
     */
    AutoCloseable start(final Agent agent, final IdleStrategy idleStrategy) {
        if (invoked) {
            final AgentInvoker invoker = new AgentInvoker(errorHandler, null, agent);
            invoker.start();
            invokers.add(invoker);
            return invoker;
        }
        final AgentRunner runner = new AgentRunner(idleStrategy, errorHandler, null, agent);
        final Thread thread = AgentRunner.startOnThread(runner, task -> {
            final Thread made = new Thread(task);
            made.setDaemon(true);
            made.setUncaughtExceptionHandler((ended, failure) -> failureHandler.onError(failure));
            return made;
        });
        thread.setName("stentor-" + agent.roleName());
        return runner;
    }

    /** As {@link #start}, and remembers to stop it with {@link #stopAll}, the last one first. */
    void startAndKeep(final Agent agent, final IdleStrategy idleStrategy) {
        running.push(start(agent, idleStrategy));
    }

    /** Lets every agent work once on the caller's thread; does nothing when they have threads of their own. */
    int invoke() {
        int work = 0;
        for (final AgentInvoker invoker : invokers) {
            work += invoker.invoke();
        }
        return work;
    }

    boolean isInvoked() {
        return invoked;
    }

    /** Stops what was kept, the last one first. */
    void stopAll() {
        while (!running.isEmpty()) {
            CloseHelper.close(errorHandler, running.pop());
        }
    }
}
