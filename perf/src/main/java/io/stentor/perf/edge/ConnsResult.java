package io.stentor.perf.edge;

import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What a session costs: the slope from the first step to the last, in which all that a server takes without sessions
 * cancels out.
 *
 * @param steps two or more, rising.
 * @param shards processes of their own that held the sessions; 0 for a tier with its embedded one.
 * @param limitBytes of resident memory for a session.
 */
record ConnsResult(List<ConnsStep> steps, int shards, int limitBytes) {

    /** Connections below which the time of opening them says nothing: it is mostly the JIT compiler's. */
    private static final int OPENED_MIN = 1_000;

    private static final double NS_PER_SECOND = 1e9;

    double liveHeapBytes() {
        return slope(step -> step.memory().liveHeapBytes());
    }

    double anonymousBytes() {
        return slope(step -> step.memory().anonymousBytes());
    }

    /** The figure that counts. */
    double residentBytes() {
        return slope(step -> step.memory().residentBytes());
    }

    /** What an engine takes for a session that a shard holds. */
    double engineBytes() {
        return slope(step -> step.engine().residentBytes());
    }

    boolean isHeld() {
        return residentBytes() <= limitBytes;
    }

    /** Why it was not held, for a person. */
    String reason() {
        return "a session takes more than " + limitBytes + " bytes";
    }

    /** Of the last step; null when that was too short to tell. */
    Double connectsPerSecond() {
        final ConnsStep last = last();
        return last.opened() < OPENED_MIN ? null : last.opened() * NS_PER_SECOND / last.openedNs();
    }

    /** Of the last step, of all servers together; null when that was too short, or the system does not tell. */
    Double cpuNsPerConnect() {
        final ConnsStep last = last();
        return last.opened() < OPENED_MIN || last.cpuNs() <= 0 ? null : (double) last.cpuNs() / last.opened();
    }

    /** The form that is written and read. */
    Result toResult(final Environment environment) {
        return new Result(
                ResultFile.SCHEMA,
                Result.Kind.CONNS,
                isHeld() ? Result.Verdict.PASS : Result.Verdict.FAIL,
                isHeld() ? List.of() : List.of(reason()),
                environment,
                null,
                List.of(),
                List.of(),
                null,
                new Connections(
                        Math.max(1, shards),
                        residentBytes(),
                        anonymousBytes(),
                        liveHeapBytes(),
                        limitBytes,
                        connectsPerSecond(),
                        cpuNsPerConnect(),
                        steps.stream().map(ConnsStep::toStep).toList()),
                List.of(),
                null);
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        if (connectsPerSecond() != null) {
            text.append(String.format(Locale.ROOT, "the last step opened %,.0f a second", connectsPerSecond()));
            if (cpuNsPerConnect() != null) {
                text.append(String.format(
                        Locale.ROOT, ", %,.0f us of the servers' processors each", cpuNsPerConnect() / 1e3));
            }
            text.append(System.lineSeparator());
        }
        if (shards > 0) {
            text.append(String.format(
                    Locale.ROOT, "the engine, which holds none, takes %,.0f bytes for each", engineBytes()));
            text.append(System.lineSeparator());
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "a session takes %,.0f bytes of %s (%,.0f anonymous), %,.0f of them live heap; limit %,d",
                        residentBytes(),
                        shards > 1 ? "the " + shards + " shards' processes" : "the process",
                        anonymousBytes(),
                        liveHeapBytes(),
                        limitBytes))
                .toString();
    }

    private ConnsStep last() {
        return steps.get(steps.size() - 1);
    }

    private double slope(final ToLongFunction<ConnsStep> figure) {
        final ConnsStep first = steps.get(0);
        return (figure.applyAsLong(last()) - figure.applyAsLong(first))
                / (double) (last().connections() - first.connections());
    }
}
