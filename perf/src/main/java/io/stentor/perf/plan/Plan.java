package io.stentor.perf.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A fleet, and why it is as large as it is.
 *
 * @param schema version of the JSON's shape.
 * @param inputs what it follows from: every assumption, and every measured figure with its file.
 * @param demand of the users.
 * @param sizing the answer.
 * @param sensitivity of the number of machines to each assumption.
 * @param confidence how far the answer goes beyond what was measured, the farthest first.
 * @param scaling of the engine with messages under way; null without a knee.
 * @param warnings what speaks against taking it as it is.
 * @param leftOut what no result measures, so that no limit stands for it.
 * @param missing limits that no given result backs, with what to give; empty when the answer is whole.
 */
record Plan(
        int schema,
        Inputs inputs,
        Demand demand,
        Sizing sizing,
        List<Swing> sensitivity,
        List<Reach> confidence,
        Scaling scaling,
        List<String> warnings,
        List<String> leftOut,
        List<String> missing) {

    private static final int SCHEMA = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    static Plan of(final Inputs inputs, final List<String> warnings) {
        final Demand demand = Demand.of(inputs.profile());
        final Sizing sizing = Sizer.size(inputs);
        return new Plan(
                SCHEMA,
                inputs,
                demand,
                sizing,
                sizing.machines() == 0 ? List.of() : Swing.of(inputs),
                Reach.of(inputs, demand, sizing),
                Scaling.of(inputs.evidence().engine()),
                warnings,
                Caveats.leftOut(inputs, demand, sizing),
                missing(sizing));
    }

    /** Writes it for other programs. */
    void write(final Path file) throws IOException {
        Files.writeString(file, MAPPER.writeValueAsString(this) + "\n");
    }

    private static List<String> missing(final Sizing sizing) {
        return sizing.limits().stream()
                .filter(limit -> !limit.isKnown())
                .map(limit -> (limit.tier() == Limit.Tier.ENGINE ? "engine " : "shard ") + limit.name() + ": "
                        + limit.basis())
                .toList();
    }
}
