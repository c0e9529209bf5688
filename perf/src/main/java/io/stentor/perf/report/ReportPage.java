package io.stentor.perf.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A report as one file of HTML that needs nothing else: styles, scripts and data are in it. Its policy allows nothing to be
 * fetched, and no script or style but those, by their hashes: what a result says cannot become code.
 */
final class ReportPage {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");
    private static final JsonMapper MAPPER = new JsonMapper();

    /** A longer table is folded: on a phone it would be screens long. */
    private static final int ROWS_OPEN_MAX = 12;

    private final List<Plot> plots = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();

    private ReportPage() {}

    /**
     * Writes the page.
     *
     * @param title of it.
     * @param sections of it.
     */
    static String of(final String title, final List<Section> sections) throws IOException {
        final ReportPage page = new ReportPage();
        for (int i = 0; i < sections.size(); i++) {
            page.section(sections.get(i), i);
        }
        final String style = UPlot.style() + "\n" + Resource.text("report.css");
        final String library = UPlot.script();
        final String script = Resource.text("report.js");
        final String policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hash(style)
                + "; script-src " + hash(library) + " " + hash(script);
        return PLACE.matcher(Resource.text("report.html"))
                .replaceAll(place -> Matcher.quoteReplacement(
                        switch (place.group(1)) {
                            case "policy" -> policy;
                            case "title" -> escape(title);
                            case "style" -> style;
                            case "contents" -> contents(sections);
                            case "body" -> page.body.toString();
                            case "data" -> page.data();
                            case "library" -> library;
                            case "script" -> script;
                            default ->
                                throw new IllegalStateException("the template has no place for " + place.group());
                        }));
    }

    private void section(final Section section, final int index) {
        body.append("<section id=\"s").append(index).append("\">\n<h2>").append(escape(section.title()));
        body.append(" <span class=\"verdict ")
                .append(section.verdict())
                .append("\">")
                .append(section.verdict());
        body.append("</span></h2>\n");
        for (final String headline : section.headlines()) {
            body.append("<p class=\"headline\">").append(escape(headline)).append("</p>\n");
        }
        body.append("<div class=\"plots\">\n");
        for (final Plot plot : section.plots()) {
            body.append("<figure><figcaption><h3>").append(escape(plot.title())).append("</h3>");
            if (!plot.note().isEmpty()) {
                body.append("<p>").append(escape(plot.note())).append("</p>");
            }
            body.append("</figcaption><div class=\"plot\" data-plot=\"")
                    .append(plots.size())
                    .append("\"></div></figure>\n");
            plots.add(plot);
        }
        body.append("</div>\n");
        if (!section.leftOut().isEmpty()) {
            body.append("<ul class=\"left-out\">\n");
            section.leftOut()
                    .forEach(sentence ->
                            body.append("<li>").append(escape(sentence)).append("</li>\n"));
            body.append("</ul>\n");
        }
        section.tables().forEach(this::table);
        if (!section.commands().isEmpty()) {
            body.append("<h3>Commands</h3>\n");
            section.commands()
                    .forEach(command ->
                            body.append("<pre>").append(escape(command)).append("</pre>\n"));
        }
        body.append("</section>\n");
    }

    private void table(final Table table) {
        final boolean folded = table.rows().size() > ROWS_OPEN_MAX;
        body.append(folded ? "<details><summary>" : "<h3>").append(escape(table.title()));
        body.append(folded ? ", " + table.rows().size() + " rows</summary>" : "</h3>")
                .append("\n<div class=\"scroll\" tabindex=\"0\"><table");
        body.append(table.figures() ? " class=\"figures\">\n" : ">\n");
        if (table.headers().stream().anyMatch(header -> !header.isEmpty())) {
            body.append("<thead><tr>");
            table.headers()
                    .forEach(
                            header -> body.append("<th>").append(escape(header)).append("</th>"));
            body.append("</tr></thead>\n");
        }
        body.append("<tbody>\n");
        for (final List<String> row : table.rows()) {
            body.append("<tr><th>").append(escape(row.get(0))).append("</th>");
            row.subList(1, row.size())
                    .forEach(cell -> body.append("<td>").append(escape(cell)).append("</td>"));
            body.append("</tr>\n");
        }
        body.append("</tbody></table></div>\n").append(folded ? "</details>\n" : "");
    }

    private String data() {
        try {
            // No "<" in the text: nothing in it can end the element or open a comment.
            return MAPPER.writeValueAsString(plots).replace("<", "\\u003c");
        } catch (final IOException ex) {
            throw new IllegalStateException("plots are plain records", ex);
        }
    }

    private static String contents(final List<Section> sections) {
        if (sections.size() == 1) {
            return "";
        }
        final StringBuilder contents = new StringBuilder("<nav><ul>\n");
        for (int i = 0; i < sections.size(); i++) {
            contents.append("<li><a href=\"#s").append(i).append("\">");
            contents.append(escape(sections.get(i).title())).append("</a></li>\n");
        }
        return contents.append("</ul></nav>").toString();
    }

    private static String hash(final String text) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (final NoSuchAlgorithmException ex) {
            throw new IllegalStateException("every JDK has SHA-256", ex);
        }
    }

    private static String escape(final String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
