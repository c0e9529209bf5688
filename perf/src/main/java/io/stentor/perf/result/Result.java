package io.stentor.perf.result;

import java.util.List;

/**
 * A measurement. Parts that its kind has not are null or empty.
 *
 * @param schema version of the file's shape: {@link ResultFile#SCHEMA}.
 * @param kind which command wrote it.
 * @param verdict whether it may be believed and kept its objective.
 * @param reasons why not, in words; empty with {@link Verdict#PASS}.
 * @param environment what it was measured on, and by what.
 * @param settings what was asked for; null for {@link Kind#CONNS}.
 * @param points what each rate gave, in the order in which they ran.
 * @param floors what parts alone reach on this machine.
 * @param knee the highest rate that kept its objective; {@link Kind#KNEE} only.
 * @param connections what sessions take; {@link Kind#CONNS} only.
 * @param slopes what grew over time; {@link Kind#SOAK} only.
 * @param baseline the comparison with a bare append; {@link Kind#RUN} only.
 */
public record Result(
        int schema,
        Kind kind,
        Verdict verdict,
        List<String> reasons,
        Environment environment,
        Settings settings,
        List<Point> points,
        List<Floor> floors,
        Knee knee,
        Connections connections,
        List<Slope> slopes,
        Baseline baseline) {

    /** Which command wrote a result. */
    public enum Kind {
        RUN,
        KNEE,
        SOAK,
        CONNS
    }

    /** What may be said of a measurement. */
    public enum Verdict {
        /** It may be believed, and kept its objective. */
        PASS,
        /** It may be believed, and missed its objective. */
        FAIL,
        /** It must not be believed: a message was lost, the rate was missed, or the rig itself was late. */
        INVALID
    }

    /** Takes an absent list for an empty one. */
    public Result {
        reasons = reasons == null ? List.of() : List.copyOf(reasons);
        points = points == null ? List.of() : List.copyOf(points);
        floors = floors == null ? List.of() : List.copyOf(floors);
        slopes = slopes == null ? List.of() : List.copyOf(slopes);
    }
}
