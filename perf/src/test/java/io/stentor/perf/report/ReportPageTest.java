package io.stentor.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReportPageTest {

    @Test
    void shouldHoldAllItNeedsAndAllowNothingElse() throws IOException {
        final String page = ReportPage.of("Title", SectionsTest.sections(SampleResults.run(100_000)));

        assertTrue(page.contains("default-src 'none'"), "nothing is fetched");
        assertFalse(page.contains("unsafe"), "only what has its hash in the policy runs");
        assertFalse(Pattern.compile("(src|href)=\"(?!#)").matcher(page).find(), "no file is named");
        assertTrue(page.contains("The MIT License"), "the licence of the library stays with it");
        assertFalse(page.contains("{{"), "every place of the template is filled");
    }

    @Test
    void shouldNotLetTextOfResultBecomeCode() throws IOException {
        final String text = "</script><!--<script>alert(1)</script><img src=\"x\">&{{data}}$1";

        final String page = ReportPage.of(text, SectionsTest.sections(SampleResults.hostile(text)));

        assertFalse(page.contains("<img"), "text is escaped");
        assertFalse(page.contains("<!--"), "no comment begins");
        assertEquals(3, count(page, "</script>"), "data, library and script end once each, and nothing more does");
    }

    @Test
    void shouldEscapeMarkdown() {
        final String text = "a|b\n<b>*c*`d`";

        final String summary = MarkdownSummary.of(text, SectionsTest.sections(SampleResults.hostile(text)));

        assertTrue(summary.startsWith("# a\\|b &lt;b>\\*c\\*'d'\n"), summary.substring(0, 40));
        assertTrue(summary.contains("\n| a\\|b &lt;b>\\*c\\*'d' | 10,000 msg/s |"), summary);
    }

    @Test
    void shouldSummarizeKneeInMarkdown() {
        final String summary = MarkdownSummary.of("T", SectionsTest.sections(SampleResults.knee()));

        for (final String part : List.of(
                "## Knee: engine, 256 bytes: PASS",
                "180,000 msg/s is the highest rate that kept p99 at 10.0 ms or less [176,000..184,000]: 0.16 of the floor",
                "| bare append to a Chronicle Queue | 1,120,000 msg/s | 1,050,000..1,190,000 | 3 | 0.16 |",
                "```\nstentor-perf knee --size 256\n```")) {
            assertTrue(summary.contains(part), part + " in " + summary);
        }
    }

    private static int count(final String text, final String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
