package io.stentor.perf.report;

import io.stentor.perf.report.Plot.Axis;
import io.stentor.perf.report.Plot.Line;
import io.stentor.perf.report.Plot.Scale;
import io.stentor.perf.report.Plot.Style;
import io.stentor.perf.report.Plot.Unit;
import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Connections.Step;
import java.util.List;
import java.util.function.ToLongFunction;

/** Memory by open connections: its slope is what a session takes. */
final class MemoryPlot {
    private static final String TITLE = "Memory by open connections";

    private MemoryPlot() {}

    /** Adds it. */
    static void add(final Section section, final Connections connections) {
        if (connections.steps().size() < 2) {
            section.leaveOut(TITLE, "it needs two steps or more");
            return;
        }
        section.plots()
                .add(new Plot(
                        TITLE,
                        "The slope is what a session takes; where a line begins is what a process takes anyway.",
                        new Axis("connections", Unit.COUNT, Scale.LINEAR),
                        new Axis("memory", Unit.BYTES, Scale.LINEAR),
                        List.of(
                                line("resident", "c1", connections, Step::residentBytes),
                                line("anonymous", "c2", connections, Step::anonymousBytes),
                                line("live heap", "c3", connections, Step::liveHeapBytes)),
                        List.of()));
    }

    private static Line line(
            final String label, final String colour, final Connections connections, final ToLongFunction<Step> bytes) {
        return new Line(
                label,
                colour,
                Style.DOTTED,
                connections.steps().stream()
                        .map(step -> (double) step.connections())
                        .toList(),
                connections.steps().stream()
                        .map(step -> (double) bytes.applyAsLong(step))
                        .toList());
    }
}
