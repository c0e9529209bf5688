package io.stentor.perf.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A measured figure.
 *
 * @param name what it is.
 * @param value of it.
 * @param unit of it.
 * @param how it was measured, for a person.
 * @param curve that it stands in.
 */
record Measure(
        String name,
        double value,
        String unit,
        String how,
        @JsonIgnore Curve curve) {

    /** The file that it stands in. */
    @JsonProperty
    public String file() {
        return curve.label();
    }
}
