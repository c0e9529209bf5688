package io.stentor.engine.history;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the checker found.
 *
 * @param violations the promises that were broken.
 * @param acknowledged how many publishes were acknowledged.
 * @param delivered how many messages readers were given.
 * @param faults how many faults happened.
 * @param takenBack how many acknowledged messages a power cut took, as their level allows.
 */
public record Verdict(List<Violation> violations, int acknowledged, int delivered, int faults, int takenBack) {

    /** How many violations are printed: what comes after is seldom another story. */
    private static final int PRINTED_MAX = 20;

    /** The kinds of promises that were broken. */
    public Set<Violation.Kind> kinds() {
        return violations.stream().map(Violation::kind).collect(Collectors.toSet());
    }

    /** Whether no promise was broken. */
    public boolean isSound() {
        return violations.isEmpty();
    }

    @Override
    public String toString() {
        final String counts = acknowledged + " acknowledged, " + delivered + " delivered, " + faults + " faults, "
                + takenBack + " taken back as their level allows, " + violations.size() + " violations";
        return violations.stream()
                .limit(PRINTED_MAX)
                .map(violation -> "\n" + violation)
                .collect(Collectors.joining("", counts, violations.size() > PRINTED_MAX ? "\n..." : ""));
    }
}
