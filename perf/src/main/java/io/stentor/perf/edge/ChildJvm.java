package io.stentor.perf.edge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** JVMs of their own, from the class path of this one: what runs there is what was built with the rig. */
final class ChildJvm {

    private static final long END_SECONDS = 30;

    private ChildJvm() {}

    /** The command that starts one. */
    static List<String> command(final List<String> flags, final String mainClass, final List<String> arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As a server has it.
        command.add("-Dio.netty.leakDetection.level=disabled");
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** Waits for the end of one that was told to end; one that does not within 30 s, or an interrupted wait, is killed. */
    static void awaitEnd(final Process process) {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException ex) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
