package io.stentor.perf.plan;

import io.stentor.perf.plan.profile.Figure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints a plan for a person, in 100 columns. */
final class PlanPrinter {
    private static final int COLUMNS = 100;
    private static final int SWINGS_SHOWN = 12;
    private static final double BITS = 8;
    private static final String ABSENT = "-";

    private final PrintWriter out;

    PlanPrinter(final PrintWriter out) {
        this.out = out;
    }

    void print(final Plan plan) {
        header(plan);
        demand(plan);
        measured(plan);
        answer(plan);
        limits(plan);
        sensitivity(plan);
        confidence(plan);
        list("warnings", plan.warnings());
        list("not in this answer, since no result measures it", plan.leftOut());
        list("missing", plan.missing());
    }

    private void header(final Plan plan) {
        final Inputs inputs = plan.inputs();
        line(
                "plan for %s: %s users, used to %s, %d zone(s)",
                inputs.profile().name(),
                Quantity.whole(inputs.profile().get(Figure.USERS)),
                Quantity.percent(inputs.utilisation()),
                inputs.zones());
        line("machine: %s", inputs.machine());
    }

    private void demand(final Plan plan) {
        final Demand demand = plan.demand();
        line("");
        line("%-36s %14s %14s %14s %14s", "demand, from the profile alone", "mean", "peak", "festival", "spike");
        moments(demand, "sends/s", moment -> moment.sends(), false);
        moments(demand, "  SYNCED", moment -> moment.syncedSends(), false);
        if (demand.spike() != null) {
            line(
                    "%-36s %14s %14s %14s %14s",
                    "  of the rows that spike", "", "", "", Quantity.count(demand.spikeSends()));
        }
        moments(demand, "deliveries/s", moment -> moment.deliveries(), false);
        moments(demand, "  read from the journal, too slow", moment -> moment.slowDeliveries(), false);
        moments(demand, "read later by devices offline/s", moment -> moment.laterReads(), false);
        moments(demand, "from clients", moment -> moment.fromClientsBytes() * BITS, true);
        moments(demand, "to clients", moment -> moment.toClientsBytes() * BITS, true);
        moments(demand, "journal", moment -> moment.journalBytes() * BITS, true);
        line(
                "%-36s %14s %14s",
                "open connections", Quantity.count(demand.connections()), Quantity.count(demand.connectionsPeak()));
        line(
                "%-36s %14s %14s",
                "session starts/s", Quantity.count(demand.sessionStarts()), Quantity.count(demand.sessionStartsPeak()));
        line("%-36s %14s %14s", "  with a storm of reconnects", "", Quantity.count(demand.sessionStartsStorm()));
        line("%-36s %14s %14s", "pings, each way", "", Quantity.bits(demand.pingBytes() * BITS));
        line("%-36s %14s", "journal a day, one copy", Quantity.bytes(demand.journalBytesPerDay()));
        line(
                "%-36s %14s  (%.1f days of it)",
                "journal kept, one copy",
                Quantity.bytes(demand.keptBytes()),
                demand.journalBytesPerDay() > 0 ? demand.keptBytes() / demand.journalBytesPerDay() : 0);
    }

    private void moments(
            final Demand demand, final String name, final ToDoubleFunction<Moment> figure, final boolean isBits) {
        final List<String> cells = new ArrayList<>();
        for (final Moment moment : new Moment[] {demand.mean(), demand.peak(), demand.festival(), demand.spike()}) {
            if (moment == null) {
                cells.add(ABSENT);
            } else {
                final double value = figure.applyAsDouble(moment);
                cells.add(isBits ? Quantity.bits(value) : Quantity.count(value));
            }
        }
        line("%-36s %14s %14s %14s %14s", name, cells.get(0), cells.get(1), cells.get(2), cells.get(3));
    }

    private void measured(final Plan plan) {
        final Evidence evidence = plan.inputs().evidence();
        line("");
        line("measured");
        measure("engine", evidence.engine(), Sizer.KNEE);
        final boolean isSyncedNeeded = plan.demand().festival().syncedSends() > 0;
        if (evidence.synced() != null || isSyncedNeeded) {
            measure("engine, SYNCED", evidence.synced(), Sizer.SYNCED_KNEE);
        }
        measure("deliveries", evidence.deliveries(), Sizer.RUN);
        measure("memory of a session", evidence.sessions(), Sizer.CONNS);
        measure("session starts", evidence.starts(), evidence.sessions() == null ? Sizer.CONNS : Sizer.STARTS);
        scaling(plan.scaling());
    }

    private void measure(final String name, final Measure measure, final String absent) {
        if (measure == null) {
            item(name, absent);
        } else {
            item(
                    name,
                    Quantity.whole(measure.value()) + " " + measure.unit() + ", " + measure.how() + " ("
                            + measure.file() + ")");
        }
    }

    private void scaling(final Scaling scaling) {
        if (scaling == null) {
            return;
        }
        if (scaling.problem() != null) {
            item("scalability law", "not fitted: " + scaling.problem() + " (" + scaling.file() + ")");
            return;
        }
        final String peak = scaling.peakInFlight() == null
                ? "no peak"
                : "peak at " + interval(scaling.peakInFlight(), "%,.0f") + " under way";
        final String most = scaling.peakThroughput() == null
                ? "no ceiling"
                : "at most " + interval(scaling.peakThroughput(), "%,.0f") + " msg/s";
        item(
                "scalability law",
                String.format(
                        Locale.ROOT,
                        "closed loop, %d points: lambda %s /s, sigma %s, kappa %s; %s, %s; error of the fit %.1f %% (%s)",
                        scaling.points(),
                        interval(scaling.lambda(), "%,.0f"),
                        interval(scaling.sigma(), "%.2g"),
                        interval(scaling.kappa(), "%.2g"),
                        peak,
                        most,
                        scaling.relativeError() * 100,
                        scaling.file()));
    }

    private static String interval(final Scaling.Estimate estimate, final String form) {
        return String.format(Locale.ROOT, form, estimate.value())
                + " [" + String.format(Locale.ROOT, form, estimate.low()) + ".."
                + (estimate.high() == null ? "" : String.format(Locale.ROOT, form, estimate.high())) + "]";
    }

    private void answer(final Plan plan) {
        final Sizing sizing = plan.sizing();
        final Inputs inputs = plan.inputs();
        line("");
        line("answer");
        item(
                "engine groups",
                least(sizing, Limit.Tier.ENGINE, sizing.groups())
                        + by(sizing, Limit.Tier.ENGINE)
                        + (isReplicated(plan) ? "" : "; LOWER BOUND: the cost of replication is not measured"));
        item(
                "members",
                least(sizing, Limit.Tier.ENGINE, sizing.members()) + ", three a group, each on a machine of its own");
        item(
                "shard machines",
                least(sizing, Limit.Tier.SHARD, sizing.shardMachines())
                        + by(sizing, Limit.Tier.SHARD)
                        + (inputs.zones() == 1
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        ", of which %,d are enough when a zone of %d fails",
                                        sizing.shardMachinesBusy(),
                                        inputs.zones())));
        item("shards", least(sizing, Limit.Tier.SHARD, sizing.shards()));
        item(
                "machines",
                (sizing.isWhole(Limit.Tier.ENGINE) && sizing.isWhole(Limit.Tier.SHARD) ? "" : "at least ")
                        + Quantity.whole(sizing.machines()));
        item("disk", Quantity.bytes(sizing.journalBytes()) + " of journal in three copies");
        network(plan);
        if (inputs.evidence().sessions() != null) {
            item(
                    "memory",
                    Quantity.bytes(plan.demand().connectionsPeak()
                                    * (inputs.evidence().sessions().value() + inputs.kernelBytes()))
                            + " for sessions, the kernel's part assumed");
        } else {
            item("memory", Sizer.CONNS);
        }
    }

    private void network(final Plan plan) {
        final Sizing sizing = plan.sizing();
        final Demand demand = plan.demand();
        item(
                "network, festival",
                String.format(
                        Locale.ROOT,
                        "%s to clients, %s from clients, %s to shards, %s to followers",
                        Quantity.bits((demand.festival().toClientsBytes() + demand.pingBytes()) * BITS),
                        Quantity.bits((demand.festival().fromClientsBytes() + demand.pingBytes()) * BITS),
                        sizing.shards() == 0 ? "(shards not known)" : Quantity.bits(sizing.toShardsBytes() * BITS),
                        Quantity.bits(sizing.replicationBytes() * BITS)));
    }

    /** What decides the number: its own line, under limits, names the measured figure and the file. */
    private static String by(final Sizing sizing, final Limit.Tier tier) {
        return sizing.binding(tier, 0).map(limit -> ", by " + limit.name()).orElse("");
    }

    /** A number, or what is known of it while limits are missing. */
    private static String least(final Sizing sizing, final Limit.Tier tier, final int value) {
        if (sizing.isWhole(tier)) {
            return Quantity.whole(value);
        }
        return value == 0 ? "not known, see missing" : "at least " + Quantity.whole(value) + " (limits are missing)";
    }

    private void limits(final Plan plan) {
        for (final Limit.Tier tier : Limit.Tier.values()) {
            final Optional<Limit> binding = plan.sizing().binding(tier, 0);
            final Optional<Limit> next = plan.sizing().binding(tier, 1);
            line("");
            line(
                    "limits of the %s: %s%s",
                    tier == Limit.Tier.ENGINE ? "engine" : "shards",
                    binding.map(limit -> limit.name() + " binds").orElse("none is known"),
                    next.map(limit -> ", " + limit.name() + " is next").orElse(""));
            for (final Limit limit : plan.sizing().of(tier)) {
                item(
                        limit.name(),
                        limit.isKnown()
                                ? Quantity.count(limit.units()) + " " + tier.unit() + ": " + limit.basis()
                                : limit.basis());
            }
        }
    }

    private void sensitivity(final Plan plan) {
        final List<Swing> moving =
                plan.sensitivity().stream().filter(swing -> swing.effect() > 0).toList();
        if (moving.isEmpty()) {
            return;
        }
        line("");
        line("%-36s %14s %14s %14s", "machines more or less, if", "is", "20 % less", "20 % more");
        moving.stream()
                .limit(SWINGS_SHOWN)
                .forEach(swing -> line(
                        "  %-34s %14s %+,14d %+,14d", swing.name(), value(swing.value()), swing.less(), swing.more()));
        if (moving.size() > SWINGS_SHOWN) {
            item(
                    "less than those",
                    moving.stream().skip(SWINGS_SHOWN).map(Swing::name).collect(Collectors.joining(", ")));
        }
        final String still = plan.sensitivity().stream()
                .filter(swing -> swing.effect() == 0)
                .map(Swing::name)
                .collect(Collectors.joining(", "));
        if (!still.isEmpty()) {
            item("none", still);
        }
    }

    private static String value(final double value) {
        return value == Math.rint(value) ? Quantity.whole(value) : String.format(Locale.ROOT, "%.4g", value);
    }

    private void confidence(final Plan plan) {
        if (plan.confidence().isEmpty()) {
            return;
        }
        line("");
        final Reach farthest = plan.confidence().get(0);
        line(
                farthest.ratio() > 1
                        ? "confidence: the answer goes up to %s times beyond what was measured (%s)"
                        : "confidence: the answer stays within what was measured (%s times: %s)",
                times(farthest.ratio()),
                farthest.what());
        line("  %-34s %14s %14s %14s", "", "planned", "measured", "ratio");
        for (final Reach reach : plan.confidence()) {
            line(
                    "  %-34s %14s %14s %14s  %s",
                    reach.what(),
                    Quantity.count(reach.planned()),
                    Quantity.count(reach.measured()),
                    times(reach.ratio()),
                    reach.ratio() > 1 ? "BEYOND" : "");
        }
        item("replication", replication(plan));
        item("cores", cores(plan.inputs()));
    }

    private static String cores(final Inputs inputs) {
        final Evidence evidence = inputs.evidence();
        final List<Measure> few = Stream.of(
                        evidence.engine(), evidence.synced(), evidence.deliveries(), evidence.starts())
                .filter(measure -> measure != null
                        && measure.curve().cores() < inputs.machine().cores())
                .toList();
        if (few.isEmpty()) {
            return "measured with as many as a planned machine has";
        }
        return "NOT MEASURED with the " + inputs.machine().cores() + " of a planned machine, but with "
                + few.get(0).curve().cores() + ": what more of them add is not in the answer";
    }

    private static String replication(final Plan plan) {
        return isReplicated(plan)
                ? "measured (" + plan.inputs().evidence().engine().file() + ")"
                : "NOT MEASURED: the number of groups is a lower bound";
    }

    private static boolean isReplicated(final Plan plan) {
        final Measure engine = plan.inputs().evidence().engine();
        return engine != null
                && EvidenceSearch.isReplicated(engine.curve().result().settings());
    }

    private static String times(final double ratio) {
        return String.format(Locale.ROOT, ratio < 10 ? "%.2f" : "%,.0f", ratio);
    }

    private void list(final String title, final List<String> entries) {
        if (entries.isEmpty()) {
            return;
        }
        line("");
        line("%s:", title);
        entries.forEach(entry -> wrap("  - ", "    ", entry));
    }

    private void item(final String name, final String text) {
        wrap(String.format(Locale.ROOT, "  %-26s ", name), " ".repeat(29), text);
    }

    private void wrap(final String first, final String next, final String text) {
        final StringBuilder row = new StringBuilder(first);
        int words = 0;
        for (final String word : Stream.of(text.split(" ")).toList()) {
            if (words > 0 && row.length() + 1 + word.length() > COLUMNS) {
                line("%s", row);
                row.setLength(0);
                row.append(next);
                words = 0;
            }
            row.append(words == 0 ? "" : " ").append(word);
            words++;
        }
        line("%s", row);
    }

    private void line(final String form, final Object... values) {
        out.println(String.format(Locale.ROOT, form, values).stripTrailing());
    }
}
