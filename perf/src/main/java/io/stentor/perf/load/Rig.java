package io.stentor.perf.load;

import java.util.function.UnaryOperator;
import org.agrona.concurrent.NanoClock;

/**
 * The parts of the rig that a test replaces to plant a fault.
 *
 * @param launcher makes the path under load.
 * @param tap sits between the path and each receiver.
 * @param clock of intended times and latencies.
 */
record Rig(PathLauncher launcher, UnaryOperator<DeliveryListener> tap, NanoClock clock) {}
