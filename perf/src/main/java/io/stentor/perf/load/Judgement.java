package io.stentor.perf.load;

import io.stentor.perf.result.Result.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What may be said of a measurement.
 *
 * @param invalid why it must not be believed.
 * @param missed which objectives it missed.
 */
record Judgement(List<String> invalid, List<String> missed) {

    /** Nothing is wrong with it. */
    static final Judgement PASS = new Judgement(List.of(), List.of());

    /** One word for it. */
    Verdict verdict() {
        return !invalid.isEmpty() ? Verdict.INVALID : !missed.isEmpty() ? Verdict.FAIL : Verdict.PASS;
    }

    /** Each thing that is wrong, in words. */
    List<String> reasons() {
        final List<String> all = new ArrayList<>(invalid);
        all.addAll(missed);
        return all;
    }

    /** Both together, each reason once. */
    Judgement and(final Judgement other) {
        final Set<String> bothInvalid = new LinkedHashSet<>(invalid);
        bothInvalid.addAll(other.invalid);
        final Set<String> bothMissed = new LinkedHashSet<>(missed);
        bothMissed.addAll(other.missed);
        return new Judgement(List.copyOf(bothInvalid), List.copyOf(bothMissed));
    }

    /** The last line that is printed. */
    @Override
    public String toString() {
        return line(verdict(), reasons());
    }

    /** The last line that is printed of a result. */
    static String line(final Verdict verdict, final List<String> reasons) {
        return verdict == Verdict.PASS ? "PASS" : verdict + ": " + String.join("; ", reasons);
    }
}
