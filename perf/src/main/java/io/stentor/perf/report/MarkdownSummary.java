package io.stentor.perf.report;

import java.util.Collections;
import java.util.List;

/** A report without its plots, for a place that shows Markdown. */
final class MarkdownSummary {
    private MarkdownSummary() {}

    /**
     * Writes it.
     *
     * @param title of it.
     * @param sections of it.
     */
    static String of(final String title, final List<Section> sections) {
        final StringBuilder text = new StringBuilder("# ").append(escape(title)).append("\n");
        for (final Section section : sections) {
            text.append("\n## ")
                    .append(escape(section.title()))
                    .append(": ")
                    .append(section.verdict())
                    .append("\n");
            section.headlines()
                    .forEach(headline ->
                            text.append("\n").append(escape(headline)).append("\n"));
            section.tables().forEach(table -> table(text, table));
            if (!section.commands().isEmpty()) {
                text.append("\n### Commands\n\n```\n");
                section.commands()
                        .forEach(command ->
                                text.append(command.replace("`", "'")).append("\n"));
                text.append("```\n");
            }
        }
        return text.toString();
    }

    private static void table(final StringBuilder text, final Table table) {
        text.append("\n### ").append(escape(table.title())).append("\n\n");
        row(text, table.headers());
        final String align = table.figures() ? "---:" : "---";
        text.append("|---|");
        text.append(String.join("|", Collections.nCopies(table.headers().size() - 1, align)))
                .append("|\n");
        table.rows().forEach(row -> row(text, row));
    }

    private static void row(final StringBuilder text, final List<String> cells) {
        text.append("|");
        cells.forEach(cell -> text.append(" ").append(escape(cell)).append(" |"));
        text.append("\n");
    }

    private static String escape(final String text) {
        return text.replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .replace("*", "\\*")
                .replace("`", "'")
                .replaceAll("\\s*\\R\\s*", " ");
    }
}
