/**
 * A measurement as a file: what {@code run}, {@code knee}, {@code conns} and {@code soak} write, and what {@code plan},
 * {@code report} and {@code compare} read.
 *
 * <pre>
 *   Result ── kind, verdict, reasons
 *     ├── Environment    build, command line, machine, disk
 *     ├── Settings       what was asked for
 *     ├── Point ...      one rate: what was sent and came, latencies by stage, seconds, what the process took
 *     ├── Floor ...      what a part alone reaches on this machine
 *     ├── Knee           the highest rate that kept its objective
 *     └── Connections    what a session takes
 * </pre>
 */
package io.stentor.perf.result;
