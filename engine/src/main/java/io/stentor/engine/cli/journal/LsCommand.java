package io.stentor.engine.cli.journal;

import io.stentor.journal.JournalFiles;
import io.stentor.journal.ScanListener;
import io.stentor.journal.ScannedSegment;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists segments. */
@Command(
        name = "ls",
        description =
                "List the segments, and before them what is kept of removed ones: sequences, records, bytes, time of the first and"
                        + " last record, file.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LsCommand implements Callable<Integer> {

    @Mixin
    private JournalTarget target;

    @Override
    public Integer call() {
        final JournalFiles files = target.files();
        final Lines lines = target.lines();
        final ScanListener listener = new ScanListener() {
            @Override
            public void onKeptFile(final ScannedSegment file, final long count) {
                print(lines, file, count, true);
            }

            @Override
            public void onSegment(final ScannedSegment segment) {
                print(lines, segment, segment.lastSequence() - segment.firstSequence() + 1, false);
            }
        };
        files.scan(target.progress("read", listener));
        return CommandLine.ExitCode.OK;
    }

    private static void print(final Lines lines, final ScannedSegment segment, final long records, final boolean kept) {
        lines.print(
                segment.firstSequence() + ".." + segment.lastSequence() + "  " + Lines.count(records) + " records  "
                        + Lines.count(segment.bytes()) + " bytes  " + Lines.time(segment.firstTimestampNs()) + ".."
                        + Lines.time(segment.lastTimestampNs()) + "  " + segment.path()
                        + (segment.torn() ? "  (torn tail)" : "") + (kept ? "  (kept)" : ""),
                json -> json.field("file", segment.path().toString())
                        .field("firstSequence", segment.firstSequence())
                        .field("lastSequence", segment.lastSequence())
                        .field("records", records)
                        .field("kept", kept)
                        .field("bytes", segment.bytes())
                        .field("firstTimeMs", Lines.milliseconds(segment.firstTimestampNs()))
                        .field("lastTimeMs", Lines.milliseconds(segment.lastTimestampNs()))
                        .field("torn", segment.torn()));
        lines.flush();
    }
}
