package io.stentor.perf.report;

import io.stentor.perf.result.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Results drawn: a page of HTML that needs no network, and a summary in Markdown. Stateless. */
public final class Report {
    static final String TITLE = "Stentor: what was measured";

    private Report() {}

    /** Where a page's summary goes unless another place is named: beside it, with its name and .md. */
    static Path summaryOf(final Path page) {
        final String name = String.valueOf(page.getFileName());
        return page.resolveSibling(name.replaceFirst("\\.html?$", "") + ".md");
    }

    /**
     * Draws one result, with its summary beside it.
     *
     * @param name of the result, for a person.
     * @param result that was measured.
     * @param page the file, replaced if it exists.
     */
    public static void write(final String name, final Result result, final Path page) throws IOException {
        write(TITLE, List.of(new Source(name, result)), page, summaryOf(page));
    }

    static void write(final String title, final List<Source> sources, final Path page, final Path summary)
            throws IOException {
        final List<Section> sections = Sections.of(sources);
        Files.writeString(page, ReportPage.of(title, sections));
        Files.writeString(summary, MarkdownSummary.of(title, sections));
    }
}
