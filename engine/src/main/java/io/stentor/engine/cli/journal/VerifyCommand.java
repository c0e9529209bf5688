package io.stentor.engine.cli.journal;

import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.JournalFiles;
import io.stentor.journal.ScanListener;
import io.stentor.journal.ScannedSegment;
import java.util.concurrent.Callable;
import org.agrona.DirectBuffer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Verifies every record. */
@Command(
        name = "verify",
        description =
                "Verify every record: bounds, checksums, dense sequences, and that finished files hold what was sealed or kept. Exits 1 at"
                        + " the first damage, and says where it is and what is lost with it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class VerifyCommand implements Callable<Integer> {

    @Mixin
    private JournalTarget target;

    @Override
    public Integer call() {
        final Lines lines = target.lines();
        final JournalFiles files = target.files();
        final Totals totals = new Totals();
        try {
            files.scan(target.progress("verified", totals));
        } catch (final JournalDamagedException damage) {
            lines.print(
                    "DAMAGED: " + damage.getMessage(),
                    json -> json.field("sound", false)
                            .field("records", totals.records)
                            .field("file", damage.file())
                            .field("position", damage.position())
                            .field("sequence", damage.sequence())
                            .field("lostFirstSequence", damage.lostFirstSequence())
                            .field("lostLastSequence", damage.lostLastSequence())
                            .field("reason", damage.getMessage()));
            lines.flush();
            return CommandLine.ExitCode.SOFTWARE;
        }
        lines.print(
                "sound: " + Lines.count(totals.records) + " records in " + totals.segments + " segments, "
                        + Lines.count(totals.bytes) + " bytes"
                        + (totals.torn == 0 ? "" : ", " + totals.torn + " of them with a torn tail")
                        + (totals.keptRecords == 0
                                ? ""
                                : "; kept of removed segments: " + Lines.count(totals.keptRecords)),
                json -> json.field("sound", true)
                        .field("records", totals.records)
                        .field("segments", totals.segments)
                        .field("bytes", totals.bytes)
                        .field("tornTails", totals.torn)
                        .field("keptRecords", totals.keptRecords));
        lines.flush();
        return CommandLine.ExitCode.OK;
    }

    /** Counts what is sound. */
    private static final class Totals implements ScanListener {
        private long records;
        private long bytes;
        private int segments;
        private int torn;
        private long keptRecords;

        @Override
        public void onKeptFile(final ScannedSegment file, final long count) {
            keptRecords += count;
        }

        @Override
        public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
            records++;
        }

        @Override
        public void onSegment(final ScannedSegment segment) {
            segments++;
            bytes += segment.bytes();
            torn += segment.torn() ? 1 : 0;
        }
    }
}
