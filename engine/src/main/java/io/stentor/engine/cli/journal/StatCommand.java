package io.stentor.engine.cli.journal;

import io.stentor.journal.GivenUp;
import io.stentor.journal.JournalFiles;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.ScanListener;
import io.stentor.journal.ScannedSegment;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.Epoch;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.agrona.DirectBuffer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Sums a journal up. */
@Command(
        name = "stat",
        description =
                "Sum the journal up: records by type, messages by class, bytes, what is kept of removed segments, torn"
                        + " tails, what was given up.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class StatCommand implements Callable<Integer> {

    @Mixin
    private JournalTarget target;

    @Override
    public Integer call() {
        final JournalFiles files = target.files();
        final Sums sums = new Sums();
        final long lastSequence = files.scan(target.progress("read", sums));
        final Lines lines = target.lines();
        lines.print(sums.text(files, lastSequence), json -> {
            json.field("epoch", Epoch.format(files.logId(), sums.term))
                    .field("groupId", files.groupId())
                    .field("inUse", files.isInUse())
                    .field("firstSequence", sums.firstSequence)
                    .field("lastSequence", lastSequence)
                    .field("segments", sums.segments)
                    .field("tornTails", sums.tornTails)
                    .field("keptRecords", sums.keptRecords)
                    .field("keptBytes", sums.keptBytes)
                    .field("losses", files.givenUp().size())
                    .field("bytes", sums.bytes)
                    .field("payloadBytes", sums.payloadBytes)
                    .field("firstTimeMs", Lines.milliseconds(sums.firstTimestampNs))
                    .field("lastTimeMs", Lines.milliseconds(sums.lastTimestampNs))
                    .object("types");
            sums.types.forEach(json::field);
            json.endObject().object("classes");
            sums.classes.forEach(json::field);
            json.endObject();
        });
        lines.flush();
        return CommandLine.ExitCode.OK;
    }

    /** What there is of each kind. */
    private static final class Sums implements ScanListener {
        private final Map<String, Long> types = new TreeMap<>();
        private final Map<String, Long> classes = new TreeMap<>();
        private long firstSequence;
        private long firstTimestampNs;
        private long lastTimestampNs;
        private long term;
        private long bytes;
        private long payloadBytes;
        private long keptRecords;
        private long keptBytes;
        private int segments;
        private int tornTails;

        @Override
        public void onKeptFile(final ScannedSegment file, final long count) {
            keptRecords += count;
            keptBytes += file.bytes();
        }

        @Override
        public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
            final byte type = RecordLayout.type(buffer, offset);
            types.merge(RecordType.nameOf(type), 1L, Long::sum);
            lastTimestampNs = RecordLayout.timestampNs(buffer, offset);
            term = RecordLayout.term(buffer, offset);
            if (firstSequence == 0) {
                firstSequence = RecordLayout.sequence(buffer, offset);
                firstTimestampNs = lastTimestampNs;
            }
            if (type == RecordType.MESSAGE) {
                final DeliveryClass deliveryClass = DeliveryClass.get(RecordLayout.deliveryClass(buffer, offset));
                classes.merge(deliveryClass.name(), 1L, Long::sum);
                payloadBytes += MessageBody.payloadLength(buffer, offset);
            }
        }

        @Override
        public void onSegment(final ScannedSegment segment) {
            segments++;
            tornTails += segment.torn() ? 1 : 0;
            bytes += segment.bytes();
        }

        String text(final JournalFiles files, final long lastSequence) {
            final StringBuilder text = new StringBuilder();
            text.append("epoch     ").append(Epoch.format(files.logId(), term));
            text.append(files.isInUse() ? ", in use" : ", not in use").append(System.lineSeparator());
            text.append("sequences ").append(firstSequence).append("..").append(lastSequence);
            text.append(" in ").append(segments).append(" segments").append(System.lineSeparator());
            if (keptRecords > 0) {
                text.append("kept      ").append(Lines.count(keptRecords)).append(" records of removed segments, ");
                text.append(Lines.count(keptBytes)).append(" bytes").append(System.lineSeparator());
            }
            for (final GivenUp range : files.givenUp()) {
                text.append("given up  ").append(range.firstSequence()).append("..");
                text.append(range.lastSequence()).append(", when the log ended at ");
                text.append(range.endSequence()).append(System.lineSeparator());
            }
            if (tornTails > 0) {
                text.append("torn      ").append(tornTails).append(" files").append(System.lineSeparator());
            }
            text.append("time      ").append(Lines.time(firstTimestampNs)).append("..");
            text.append(Lines.time(lastTimestampNs)).append(System.lineSeparator());
            text.append("bytes     ").append(Lines.count(bytes)).append(", of payload ");
            text.append(Lines.count(payloadBytes)).append(System.lineSeparator());
            text.append("records   ").append(types).append(System.lineSeparator());
            return text.append("messages  ").append(classes).toString();
        }
    }
}
