package io.stentor.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.stentor.perf.result.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A report with every kind of plot, opened in a browser: the pixels are looked at. */
final class ReportIT {

    /** Where to keep pictures of the page for a person to look at; they are not taken without it. */
    private static final String PICTURES = System.getProperty("stentor.report.pictures");

    /**
     * Of each plot: how many colours its canvas has, and for each entry of its legend how many pixels come near to the colour of
     * that entry's marker. A thin line has few pixels of its very colour, so that mixtures with the background count, unless
     * they are nearer to that.
     */
    private static final String LOOK = """
            [...document.querySelectorAll('.plot')].map(place => {
              const canvas = place.querySelector('canvas');
              const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              const colours = new Set();
              const seen = new Map();
              for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] > 0) {
                  const key = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
                  colours.add(key);
                  seen.set(key, (seen.get(key) ?? 0) + 1);
                }
              }
              const lines = [...place.querySelectorAll('.u-legend .u-series')].slice(1).map(entry => {
                const marker = getComputedStyle(entry.querySelector('.u-marker')).borderTopColor.match(/\\d+/g).map(Number);
                let pixels = 0;
                for (const [key, count] of seen) {
                  const far = Math.hypot((key >> 16) - marker[0], (key >> 8 & 255) - marker[1], (key & 255) - marker[2]);
                  pixels += far < 24 ? count : 0;
                }
                return { label: entry.querySelector('.u-label').textContent, pixels };
              });
              return {
                title: place.closest('figure').querySelector('h3').textContent,
                width: place.clientWidth, drawn: canvas.clientWidth, colours: colours.size, lines
              };
            })
            """;

    @TempDir
    private static Path directory;

    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start(Files.createDirectory(directory.resolve("profile")));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1200, light", "1200, dark", "390, light", "390, dark", "360, light"})
    void shouldDrawEveryPlot(final int width, final String theme) throws Exception {
        final Path page = write(
                SampleResults.knee(),
                SampleResults.run(20_000),
                SampleResults.run(100_000),
                SampleResults.soak(),
                SampleResults.connections(),
                SampleResults.closedRun(800_000, 1_200));
        browser.show(width, 900, width < 600 ? 2 : 1, theme);

        browser.open(page);
        browser.show(width, 900, width < 600 ? 2 : 1, theme);
        keepPicture("report-" + width + "-" + theme);

        final JsonNode plots = browser.evaluate(LOOK);
        assertEquals(21, plots.size(), () -> plots.toPrettyString());
        plots.forEach(ReportIT::requireDrawn);
        assertTrue(
                browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
                        .asBoolean(),
                "the page is as wide as the window, and only tables scroll");
        assertEquals(List.of(), browser.complaints());
        assertEquals(List.of(), browser.requests());
    }

    @Test
    void shouldFollowThemeAndWidthOfOpenPage() throws Exception {
        browser.show(1200, 900, 1, "light");
        browser.open(write(SampleResults.run(100_000)));
        final String light = browser.evaluate(LOOK).toString();

        browser.show(390, 900, 2, "dark");

        final JsonNode plots = browser.evaluate(LOOK);
        assertFalse(plots.toString().equals(light));
        plots.forEach(ReportIT::requireDrawn);
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void shouldRunNoScriptOfResult() throws Exception {
        final String text =
                "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">";

        browser.open(write(SampleResults.hostile(text)));

        assertEquals("Title", browser.evaluate("document.title").asText());
        browser.evaluate(LOOK).forEach(ReportIT::requireDrawn);
    }

    private static void requireDrawn(final JsonNode plot) {
        assertEquals(plot.get("width").asInt(), plot.get("drawn").asInt(), () -> "as wide as its place: " + plot);
        assertTrue(plot.get("colours").asInt() > 20, () -> "drawn: " + plot);
        assertTrue(plot.get("lines").size() > 0, () -> "has lines: " + plot);
        for (final JsonNode line : plot.get("lines")) {
            assertTrue(line.get("pixels").asInt() > 10, () -> "can be seen: " + line + " of " + plot.get("title"));
        }
    }

    private Path write(final Result... results) throws Exception {
        final List<Source> sources = new ArrayList<>();
        for (final Result result : results) {
            sources.add(new Source("result-" + sources.size() + ".json", result));
        }
        final Path page = directory.resolve("report.html");
        return Files.writeString(page, ReportPage.of("Title", Sections.of(sources)));
    }

    private void keepPicture(final String name) throws Exception {
        if (PICTURES != null) {
            browser.screenshot(Path.of(PICTURES).resolve(name + ".png"));
        }
    }
}
