package io.stentor.perf.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * Runs JMH's own command line over our benchmarks. Its forks are given the engine's flags: only the manifest of the jar
 * that is started opens packages, and a fork is started by its class path.
 */
@Command(
        name = "jmh",
        description = "Run the benchmarks of single methods; everything behind it goes to JMH (try: jmh -l, jmh -h).")
final class JmhCommand implements Callable<Integer> {
    private static final String FLAGS = "/io/stentor/engine/jvm.args";

    @Unmatched
    private List<String> args = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        final List<String> flags = jvmFlags();
        // A fork inherits what this process was started with.
        flags.removeAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        flags.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        final List<String> all = new ArrayList<>(List.of("-jvmArgsPrepend", String.join(" ", flags)));
        all.addAll(args);
        org.openjdk.jmh.Main.main(all.toArray(new String[0]));
        return 0;
    }

    /** The flags that the engine ships for those who embed it. */
    static List<String> jvmFlags() throws IOException {
        try (InputStream stream = JmhCommand.class.getResourceAsStream(FLAGS)) {
            if (stream == null) {
                throw new IOException("the engine's jar lacks " + FLAGS);
            }
            final BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            return reader.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }
}
