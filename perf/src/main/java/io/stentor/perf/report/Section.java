package io.stentor.perf.report;

import io.stentor.perf.result.Result.Verdict;
import java.util.ArrayList;
import java.util.List;

/** A part of a report: results that belong together. Filled by {@link Sections}, on one thread. */
final class Section {
    private final String title;
    private final Verdict verdict;
    private final List<String> headlines = new ArrayList<>();
    private final List<Plot> plots = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();

    /**
     * An empty one.
     *
     * @param title of it.
     * @param verdict the worst of its results'.
     */
    Section(final String title, final Verdict verdict) {
        this.title = title;
        this.verdict = verdict;
    }

    String title() {
        return title;
    }

    Verdict verdict() {
        return verdict;
    }

    /** Sentences that say the most important. */
    List<String> headlines() {
        return headlines;
    }

    List<Plot> plots() {
        return plots;
    }

    /** Sentences that say which plots there are not, and why. */
    List<String> leftOut() {
        return leftOut;
    }

    List<Table> tables() {
        return tables;
    }

    /** Command lines that measured it. */
    List<String> commands() {
        return commands;
    }

    /** Says that a plot is not there. */
    void leaveOut(final String plot, final String why) {
        leftOut.add(plot + ": left out, " + why + ".");
    }

    /** Adds a table unless it has no rows. */
    void add(final Table table) {
        if (!table.rows().isEmpty()) {
            tables.add(table);
        }
    }
}
