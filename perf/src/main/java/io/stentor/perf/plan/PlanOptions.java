package io.stentor.perf.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What a plan is asked for: filled by the command line, checked once. */
final class PlanOptions {
    private static final double USERS_MAX = 1e11;
    private static final double UTILISATION_MIN = 0.05;
    private static final int ZONES_MAX = 100;
    private static final int KERNEL_MAX = 1 << 20;

    @Option(
            names = "--profile",
            paramLabel = "P",
            required = true,
            description = "A shipped profile ('stentor-perf profiles' lists them), or a file.")
    String profile;

    @Option(names = "--users", paramLabel = "N", description = "Monthly users. Default: the profile's.")
    Long users;

    @Option(
            names = "--curve",
            paramLabel = "FILE",
            description = "A result of knee, conns or run, as often as there are files.")
    List<Path> curves = new ArrayList<>();

    @Option(
            names = "--utilisation",
            paramLabel = "U",
            defaultValue = "0.6",
            description =
                    "Share of what was measured, and of a machine, to plan with; 0.05 to 1. Default: ${DEFAULT-VALUE}.")
    double utilisation = 0.6;

    @Option(
            names = "--zones",
            paramLabel = "Z",
            defaultValue = "3",
            description = "Zones, one of which may fail; 1 to 100. Default: ${DEFAULT-VALUE}.")
    int zones = 3;

    @Option(
            names = "--machine",
            paramLabel = "CORES,MEMORY,DISK,NETWORK",
            description =
                    "Of one machine, like 16,64GiB,4TB,25Gbit; - stands for what was measured. Default: the machine"
                            + " that the results are from, whose network they do not tell.")
    String machine;

    @Option(
            names = "--kernel-bytes",
            paramLabel = "BYTES",
            defaultValue = "5120",
            description = "What the kernel takes for a connection, which no result tells. Default: ${DEFAULT-VALUE}.")
    int kernelBytes = 5_120;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the plan as JSON.")
    Path json;

    /**
     * Checks every limit.
     *
     * @return what is wrong, naming option, value and limit; null when all is well.
     */
    String problem() {
        if (users != null && (users < 1 || users > USERS_MAX)) {
            return "--users=" + users + " users is not within 1.." + (long) USERS_MAX;
        }
        if (!(utilisation >= UTILISATION_MIN && utilisation <= 1)) {
            return "--utilisation=" + utilisation + " is not within " + UTILISATION_MIN + "..1";
        }
        if (zones < 1 || zones > ZONES_MAX) {
            return "--zones=" + zones + " zones is not within 1.." + ZONES_MAX;
        }
        if (kernelBytes < 0 || kernelBytes > KERNEL_MAX) {
            return "--kernel-bytes=" + kernelBytes + " bytes is not within 0.." + KERNEL_MAX;
        }
        return null;
    }
}
