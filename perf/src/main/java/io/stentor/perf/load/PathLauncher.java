package io.stentor.perf.load;

import java.nio.file.Path;
import java.util.List;

/** Makes the path under load, so that the rig can be tested on paths with planted faults. */
@FunctionalInterface
interface PathLauncher {
    /**
     * Launches a path and connects everybody to it; afterwards every message offered reaches every subscriber.
     *
     * @param options what to launch.
     * @param directory an empty one for its data.
     * @param subscribers told of each message, one for each session.
     * @param acknowledgements told of each receipt, or null if nobody asked for any.
     * @throws Exception whatever kept it from starting.
     */
    MessagePath launch(
            RunOptions options,
            Path directory,
            List<? extends DeliveryListener> subscribers,
            Acknowledgements acknowledgements)
            throws Exception;
}
