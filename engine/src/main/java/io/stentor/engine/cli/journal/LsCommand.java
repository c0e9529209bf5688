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
        description = "List the segments: sequences, records, bytes, time of the first and last record, file.",
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
            public void onSegment(final ScannedSegment segment) {
                print(lines, segment);
            }
        };
        files.scan(target.progress("read", listener));
        return CommandLine.ExitCode.OK;
    }

    private static void print(final Lines lines, final ScannedSegment segment) {
        final long records = segment.lastSequence() - segment.firstSequence() + 1;
        lines.print(
                segment.firstSequence() + ".." + segment.lastSequence() + "  " + Lines.count(records) + " records  "
                        + Lines.count(segment.bytes()) + " bytes  " + Lines.time(segment.firstTimestampNs()) + ".."
                        + Lines.time(segment.lastTimestampNs()) + "  " + segment.path()
                        + (segment.torn() ? "  (torn tail)" : ""),
                json -> json.field("file", segment.path().toString())
                        .field("firstSequence", segment.firstSequence())
                        .field("lastSequence", segment.lastSequence())
                        .field("bytes", segment.bytes())
                        .field("firstTimeMs", Lines.milliseconds(segment.firstTimestampNs()))
                        .field("lastTimeMs", Lines.milliseconds(segment.lastTimestampNs()))
                        .field("torn", segment.torn()));
        lines.flush();
    }
}
