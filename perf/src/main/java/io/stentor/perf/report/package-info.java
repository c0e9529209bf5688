/**
 * Turns measurements into one page that draws them and a summary in Markdown.
 *
 * <pre>
 *   Source ... ─► Sections ─► Section ── Table ...   (Tables)
 *                                    └── Plot ...    (LatencyPlots, TimePlots, ScalabilityPlot, MemoryPlot)
 *                                           │
 *                    ReportPage (HTML, plots drawn by uPlot) and MarkdownSummary (tables only)
 * </pre>
 *
 * <p>What is drawn is decided here and tested here; the script of the page draws what it is told and decides nothing.
 */
package io.stentor.perf.report;
