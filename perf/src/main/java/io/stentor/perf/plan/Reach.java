package io.stentor.perf.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stentor.perf.plan.profile.Profile;
import io.stentor.perf.result.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How far an answer goes beyond what was measured.
 *
 * @param what of one group or machine.
 * @param planned how much of it the answer has.
 * @param measured the most that any result has.
 * @param unit of both.
 * @param file that the result stands in.
 */
record Reach(String what, double planned, double measured, String unit, String file) {

    static List<Reach> of(final Inputs inputs, final Demand demand, final Sizing sizing) {
        final List<Reach> reaches = new ArrayList<>();
        engine(reaches, inputs, demand, sizing);
        shard(reaches, inputs, demand, sizing);
        reaches.sort(Comparator.comparingDouble(Reach::ratio).reversed());
        return List.copyOf(reaches);
    }

    /** Planned by measured: up to 1 it is within what was measured. */
    @JsonProperty
    public double ratio() {
        return planned / measured;
    }

    private static void engine(
            final List<Reach> reaches, final Inputs inputs, final Demand demand, final Sizing sizing) {
        final Measure engine = inputs.evidence().engine();
        if (engine == null || sizing.groups() == 0) {
            return;
        }
        final Profile profile = inputs.profile();
        final Settings settings = engine.curve().result().settings();
        final double groups = sizing.groups();
        final String file = engine.file();
        reaches.add(new Reach("messages of a group", demand.festival().sends() / groups, engine.value(), "/s", file));
        if (sizing.shards() > 0) {
            reaches.add(new Reach("frames of a group", sizing.frames() / groups, engine.value(), "/s", file));
            // The rig embeds one, or starts one.
            reaches.add(new Reach("shards that a group feeds", sizing.shards(), 1, "shards", file));
        }
        reaches.add(new Reach(
                "live topics of a group", Demand.liveTopics(profile) / groups, settings.topics(), "topics", file));
        reaches.add(new Reach("mean payload", profile.payloadLength(), settings.payloadLength(), "bytes", file));
    }

    private static void shard(
            final List<Reach> reaches, final Inputs inputs, final Demand demand, final Sizing sizing) {
        final double machines = sizing.shardMachinesBusy();
        if (machines == 0) {
            return;
        }
        final Evidence evidence = inputs.evidence();
        if (evidence.deliveries() != null) {
            reaches.add(new Reach(
                    "deliveries of a shard machine",
                    demand.busiestForShards().deliveries() / machines,
                    evidence.deliveries().value(),
                    "/s",
                    evidence.deliveries().file()));
        }
        if (evidence.starts() != null) {
            reaches.add(new Reach(
                    "session starts of a shard machine",
                    demand.sessionStartsStorm() / machines,
                    evidence.starts().value(),
                    "/s",
                    evidence.starts().file()));
        }
        if (evidence.sessions() != null
                && EvidenceSearch.connectionsMax(evidence.sessions().curve()) > 0) {
            reaches.add(new Reach(
                    "sessions of a shard machine",
                    demand.connectionsPeak() / machines,
                    EvidenceSearch.connectionsMax(evidence.sessions().curve()),
                    "sessions",
                    evidence.sessions().file()));
        }
    }
}
