package io.stentor.perf.report;

import java.util.List;

/**
 * A table for a person.
 *
 * @param title says what is in it.
 * @param headers of the columns.
 * @param rows each as long as the headers.
 * @param figures whether all columns but the first hold figures, which stand at the right.
 */
record Table(String title, List<String> headers, List<List<String>> rows, boolean figures) {}
