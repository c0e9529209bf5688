package io.stentor.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.report.Plot.Line;
import io.stentor.perf.report.Plot.Style;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SectionsTest {

    @Test
    void shouldPutRunsThatDifferInRateOnlyIntoOneSection() {
        final List<Section> sections = sections(
                SampleResults.run(100_000), SampleResults.closedRun(800_000, 1_200), SampleResults.run(20_000));

        assertEquals(
                List.of("2 runs: engine, 256 bytes", "Run: engine, 256 bytes"),
                sections.stream().map(Section::title).toList());
        final Plot percentiles = plot(sections.get(0), "Latency by percentile, for each rate");
        assertEquals(
                List.of("20,000 msg/s", "100,000 msg/s"),
                percentiles.lines().stream().map(Line::label).toList());
    }

    @Test
    void shouldTellRepeatedRatesApart() {
        final List<Section> sections = sections(SampleResults.run(50_000), SampleResults.run(50_000));

        final Table rates = sections.get(0).tables().get(0);
        assertEquals(
                List.of("50,000 msg/s #1", "50,000 msg/s #2"),
                rates.rows().stream().map(row -> row.get(0)).toList());
    }

    @Test
    void shouldDrawKneeWithObjectiveLawAndFewEnoughCurves() {
        final Section section = sections(SampleResults.knee()).get(0);

        final Plot byRate = plot(section, "Latency by offered rate, and the knee");
        assertEquals(
                List.of("knee 180,000 msg/s", "objective p99 10.0 ms"),
                byRate.marks().stream().map(Plot.Mark::label).toList());
        assertEquals(
                List.of(Style.DOTTED, Style.DOTTED, Style.DOTTED, Style.UPPER, Style.LOWER, Style.RINGS),
                byRate.lines().stream().map(Line::style).toList());
        assertEquals(
                List.of(220_000.0), byRate.lines().get(5).x(), "the rate that was not reached is not to be believed");
        assertEquals(
                RatePoint.CURVES_MAX,
                plot(section, "Latency by percentile, for each rate").lines().size());
        assertEquals(List.of(), section.leftOut());
        assertTrue(
                plot(section, "Throughput by messages in flight, and the fitted law")
                        .note()
                        .startsWith("Universal Scalability Law: \u03bb = "),
                "the law is fitted");
    }

    @Test
    void shouldSayWhyPlotsOfClosedLoopAreLeftOut() {
        final Section section =
                sections(SampleResults.closedRun(800_000, 1_200)).get(0);

        assertEquals(List.of(), section.plots());
        assertEquals(
                List.of(
                        "Latency by offered rate: left out, a closed loop has no latency that means anything.",
                        "Latency by percentile: left out, a closed loop has no latency that means anything.",
                        "Mean time of each stage: left out, a closed loop has no latency that means anything.",
                        "Throughput over time: left out, no point of the results tells of two seconds.",
                        "p99 over time: left out, no point of the results tells of two seconds.",
                        "Messages in flight over time: left out, no point of the results tells of two seconds.",
                        "Backlog over time: left out, no point of the results tells of two seconds.",
                        "Throughput by messages in flight: left out, only the closed loops of a knee with two numbers in"
                                + " flight or more give it."),
                section.leftOut());
        assertEquals(
                "The whole path reached 0.72 [0.71..0.73] of a bare append.",
                section.headlines().get(0));
    }

    @Test
    void shouldStackStagesUpToTheMeanOfTheWhole() {
        final Point point = SampleResults.run(100_000).points().get(0);

        final double sum = StagePlot.parts(point).values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();

        assertEquals(point.endToEnd().meanNs(), sum, 1);
        assertEquals(
                List.of("send-lag", "ring-wait", "journal", "route-and-send", "rest of the way"),
                List.copyOf(StagePlot.parts(point).keySet()));
    }

    @Test
    void shouldMergeSecondsOfSoakWithoutLosingItsWorst() {
        final Result soak = SampleResults.soak();
        final Section section = sections(soak).get(0);

        final Line p99 = plot(section, "p50, p99 and p99.9 over time").lines().get(1);
        final long worst = soak.points().get(0).seconds().stream()
                .mapToLong(Point.Second::p99Ns)
                .max()
                .orElseThrow();
        assertEquals(1_800, p99.x().size());
        assertEquals((double) worst, Collections.max(p99.y()));
        assertTrue(section.tables().stream().anyMatch(table -> table.title().equals("What grew over time")));
    }

    @Test
    void shouldDrawPercentilesByNines() {
        final Section section = sections(SampleResults.run(100_000)).get(0);

        final Line curve = plot(section, "Latency by percentile").lines().get(0);
        final List<Double> rising = new ArrayList<>(curve.x());
        Collections.sort(rising);
        assertEquals(rising, curve.x());
        assertEquals(Math.log10(20_000), curve.x().get(curve.x().size() - 1), 1e-9, "the greatest of 20,000 values");
    }

    @Test
    void shouldDrawMemoryByConnections() {
        final Section section = sections(SampleResults.connections()).get(0);

        assertEquals(
                List.of(5_000.0, 10_000.0, 15_000.0),
                plot(section, "Memory by open connections").lines().get(0).x());
        assertEquals("3,890 B", section.tables().get(0).rows().get(1).get(4));
    }

    static List<Section> sections(final Result... results) {
        final List<Source> sources = new ArrayList<>();
        for (final Result result : results) {
            sources.add(new Source("result-" + (sources.size() + 1) + ".json", result));
        }
        return Sections.of(sources);
    }

    private static Plot plot(final Section section, final String title) {
        return section.plots().stream()
                .filter(plot -> plot.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new AssertionError(title + " is none of "
                        + section.plots().stream().map(Plot::title).toList()));
    }
}
