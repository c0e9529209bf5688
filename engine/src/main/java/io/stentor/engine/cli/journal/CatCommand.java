package io.stentor.engine.cli.journal;

import io.stentor.journal.JournalFiles;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.ScanListener;
import io.stentor.journal.TopicBody;
import io.stentor.transport.gateway.codec.JsonWriter;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.MessageFlags;
import java.util.concurrent.Callable;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints records. */
@Command(
        name = "cat",
        description = "Print the records: sequence, time, type; of a message topic, offset, class, sender and payload.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class CatCommand implements Callable<Integer> {

    /** Bytes of a payload that a line for a person shows. */
    private static final int SHOWN_MAX = 120;

    @Spec
    private CommandSpec spec;

    @Mixin
    private JournalTarget target;

    @Option(names = "--from", paramLabel = "SEQUENCE", defaultValue = "1", description = "The first record to print.")
    private long from;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "0",
            description = "Stop after so many records; 0 for all.")
    private long limit;

    @Option(names = "--topic", paramLabel = "TOPIC", description = "Messages of this topic only.")
    private String topic;

    @Override
    public Integer call() {
        if (from < 1 || limit < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--from=" + from + " is not above 0, or --limit=" + limit + " is below 0");
        }
        final JournalFiles files = target.files();
        final Printer printer = new Printer(target.lines());
        try {
            files.scan(target.progress("read", printer));
        } catch (final EnoughException enough) {
            // Everything that was asked for is printed.
        } finally {
            printer.lines.flush();
        }
        return CommandLine.ExitCode.OK;
    }

    /** Ends a scan that has found what it was for. */
    private static final class EnoughException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EnoughException() {
            super(null, null, false, false);
        }
    }

    /** Prints what is wanted; reads from the start, since the names of topics are in the log. */
    private final class Printer implements ScanListener {
        private final Long2ObjectHashMap<String> topicNames = new Long2ObjectHashMap<>();
        private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
        private final Lines lines;
        private long printed;

        Printer(final Lines lines) {
            this.lines = lines;
        }

        /** What is kept of removed segments comes first, in its order. */
        @Override
        public void onKeptRecord(final DirectBuffer buffer, final int offset, final int length) {
            onRecord(buffer, offset, length);
        }

        @Override
        public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
            final byte type = RecordLayout.type(buffer, offset);
            final long topicId = RecordLayout.topicId(buffer, offset);
            if (type == RecordType.TOPIC) {
                topicNames.put(topicId, TopicBody.name(buffer, offset));
            }
            if (RecordLayout.sequence(buffer, offset) < from) {
                return;
            }
            final String topicName = topicNames.get(topicId);
            if (topic != null && (type != RecordType.MESSAGE || !topic.equals(topicName))) {
                return;
            }
            lines.print(text(buffer, offset, length, topicName), json -> write(json, buffer, offset, topicName));
            if (++printed == limit) {
                throw new EnoughException();
            }
        }

        private String text(final DirectBuffer buffer, final int offset, final int length, final String topicName) {
            final byte type = RecordLayout.type(buffer, offset);
            final StringBuilder text = new StringBuilder();
            text.append(RecordLayout.sequence(buffer, offset)).append('\t');
            text.append(Lines.time(RecordLayout.timestampNs(buffer, offset))).append('\t');
            text.append(RecordType.nameOf(type));
            if (topicName != null) {
                text.append('\t').append(topicName);
            }
            if (type == RecordType.MESSAGE) {
                text.append('\t').append(RecordLayout.offset(buffer, offset));
                text.append('\t').append(classOf(buffer, offset));
                text.append('\t').append(sender(buffer, offset));
                text.append('\t').append(shown(buffer, offset));
            } else if (type != RecordType.TOPIC) {
                text.append('\t').append(length).append(" bytes");
            }
            return text.toString();
        }

        private void write(final JsonWriter json, final DirectBuffer buffer, final int offset, final String topicName) {
            final byte type = RecordLayout.type(buffer, offset);
            json.field("sequence", RecordLayout.sequence(buffer, offset))
                    .field("term", RecordLayout.term(buffer, offset))
                    .field("timeMs", Lines.milliseconds(RecordLayout.timestampNs(buffer, offset)))
                    .field("type", RecordType.nameOf(type));
            if (topicName != null) {
                json.field("topic", topicName);
            }
            if (type == RecordType.MESSAGE) {
                json.field("offset", RecordLayout.offset(buffer, offset))
                        .field("class", classOf(buffer, offset))
                        .field("sender", sender(buffer, offset));
                payload.wrap(
                        buffer, MessageBody.payloadOffset(buffer, offset), MessageBody.payloadLength(buffer, offset));
                if (isJson(buffer, offset)) {
                    json.json("data", payload);
                } else {
                    json.base64("b64data", payload);
                }
            }
        }

        /** The start of a payload that is JSON, the length of any other. */
        private String shown(final DirectBuffer buffer, final int offset) {
            final int payloadLength = MessageBody.payloadLength(buffer, offset);
            if (!isJson(buffer, offset)) {
                return payloadLength + " bytes";
            }
            final int shown = Math.min(SHOWN_MAX, payloadLength);
            final String start = buffer.getStringWithoutLengthUtf8(MessageBody.payloadOffset(buffer, offset), shown);
            return start.replaceAll("\\s+", " ") + (shown < payloadLength ? "..." : "");
        }

        private boolean isJson(final DirectBuffer buffer, final int offset) {
            return (RecordLayout.flags(buffer, offset) & MessageFlags.JSON) != 0;
        }

        private String classOf(final DirectBuffer buffer, final int offset) {
            return DeliveryClass.get(RecordLayout.deliveryClass(buffer, offset)).name();
        }

        private String sender(final DirectBuffer buffer, final int offset) {
            return buffer.getStringWithoutLengthUtf8(
                    MessageBody.senderOffset(offset), MessageBody.senderLength(buffer, offset));
        }
    }
}
