package io.stentor.perf.plan;

import io.stentor.perf.load.Build;
import io.stentor.perf.load.Machine;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads results, refuses those that must not be believed and warns of those that may mislead. Stateless. */
final class Curves {
    private static final String MODIFIED = "-modified";

    private Curves() {}

    /**
     * Reads the files.
     *
     * @throws IOException if one cannot be read, is no result, or is INVALID.
     */
    static List<Curve> read(final List<Path> files) throws IOException {
        final List<Curve> curves = new ArrayList<>();
        for (final Path file : files) {
            final Result result = ResultFile.read(file);
            if (result.verdict() == Result.Verdict.INVALID) {
                throw new IOException(file + ": its verdict is INVALID, so nothing may rest on it: "
                        + String.join("; ", result.reasons()));
            }
            curves.add(new Curve(file, result));
        }
        return curves;
    }

    /** What speaks against believing the results as they are. */
    static List<String> warnings(final List<Curve> curves, final Build build, final Machine machine) {
        final Set<String> warnings = new LinkedHashSet<>();
        for (final Curve curve : curves) {
            final Environment from = curve.result().environment();
            if (curve.result().verdict() == Result.Verdict.FAIL) {
                warnings.add(curve.label() + " missed its objective: "
                        + String.join("; ", curve.result().reasons()));
            }
            if (from.commit().endsWith(MODIFIED)) {
                warnings.add(curve.label() + " is of commit " + from.commit() + ": of a build that no commit is");
            }
            if (!from.version().equals(build.version()) || !from.commit().equals(build.commit())) {
                warnings.add(curve.label() + " is of " + named(from.version(), from.commit()) + ", this build is "
                        + named(build.version(), build.commit()) + ": another engine may be faster or slower");
            }
            if (!isOf(from, machine)) {
                warnings.add(curve.label() + " was measured on another machine than this one: " + from.machine());
            }
            if (!from.isSameMachine(curves.get(0).result().environment())) {
                warnings.add(curve.label() + " and " + curves.get(0).label() + " were measured on different machines: "
                        + from.machine());
            }
        }
        return List.copyOf(warnings);
    }

    private static boolean isOf(final Environment from, final Machine machine) {
        return from.cpu().equals(machine.cpu())
                && from.cores() == machine.cores()
                && from.os().equals(machine.os())
                && from.jdk().equals(machine.jdk());
    }

    private static String named(final String version, final String commit) {
        return "version " + version + (commit.isEmpty() ? "" : ", commit " + commit);
    }
}
