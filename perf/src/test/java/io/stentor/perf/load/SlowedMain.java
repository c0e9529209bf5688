package io.stentor.perf.load;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The command with a path that takes three tenths less than it could: a build that is 30 % slower. It is in a test's class path
 * only, so that no build that anybody uses can be slowed.
 */
final class SlowedMain {

    /** A quarter of each round is open; in the rest 0.6 of what came through then is taken: 0.7 of the whole. */
    private static final long ROUND_NS = TimeUnit.MILLISECONDS.toNanos(400);

    private static final long OPEN_NS = ROUND_NS / 4;

    /** Until then the ring fills, which is more than the path can take. */
    private static final long FILLING_NS = OPEN_NS / 2;

    private static final double HELD_SHARE = 0.6;

    private SlowedMain() {}

    /** As {@link Main#main}. */
    public static void main(final String[] args) {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.slf4j.simpleLogger.log.net.openhft.affinity", "error");
        System.exit(Main.commandLine(new Rig(SlowedMain::launch, UnaryOperator.identity(), SystemNanoClock.INSTANCE))
                .execute(args));
    }

    private static MessagePath launch(
            final RunOptions options,
            final Path directory,
            final List<? extends DeliveryListener> subscribers,
            final Acknowledgements acknowledgements)
            throws Exception {
        return new SlowedPath(EnginePath.launch(options, directory, subscribers, acknowledgements));
    }

    /**
     * Pauses would not do: the path works through what the ring holds meanwhile, and takes more afterwards. So it holds the rate
     * below what it has just seen. Generator's thread.
     */
    private static final class SlowedPath implements MessagePath {
        private final MessagePath path;
        private final long startNs = System.nanoTime();
        private long round = -1;
        private long seen;
        private long held;

        SlowedPath(final MessagePath path) {
            this.path = path;
        }

        @Override
        public long offer(final int topic, final DirectBuffer buffer, final int length) {
            final long elapsedNs = System.nanoTime() - startNs;
            final long phaseNs = elapsedNs % ROUND_NS;
            if (elapsedNs / ROUND_NS != round) {
                round = elapsedNs / ROUND_NS;
                seen = 0;
                held = 0;
            }
            final double mostHeld = HELD_SHARE * seen * (phaseNs - OPEN_NS) / (OPEN_NS - FILLING_NS);
            if (phaseNs >= OPEN_NS && held >= mostHeld) {
                return BACK_PRESSURED;
            }
            final long code = path.offer(topic, buffer, length);
            if (code > 0) {
                seen += phaseNs >= FILLING_NS && phaseNs < OPEN_NS ? 1 : 0;
                held += phaseNs >= OPEN_NS ? 1 : 0;
            }
            return code;
        }

        @Override
        public String reasonFor(final long code) {
            return path.reasonFor(code);
        }

        @Override
        public void drainTimers(final StageLog stages) {
            path.drainTimers(stages);
        }

        @Override
        public Throwable failure() {
            return path.failure();
        }

        @Override
        public void close() {
            path.close();
        }
    }
}
