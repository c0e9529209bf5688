package io.stentor.engine.history;

import io.stentor.journal.Journal;
import io.stentor.journal.JournalReader;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.TopicBody;
import io.stentor.transport.wire.Epoch;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;

/** Writes down what a journal holds when all is over: its terms and its messages, in the order of their records. */
public final class JournalAudit {

    private final Journal journal;
    private final Witness witness;
    private final Predicate<String> wanted;
    private final Map<Long, String> topicById = new HashMap<>();

    private JournalAudit(final Journal journal, final Witness witness, final Predicate<String> wanted) {
        this.journal = journal;
        this.witness = witness;
        this.wanted = wanted;
    }

    /** Reads all of a journal that nobody appends to. */
    public static void write(final Journal journal, final Witness witness) {
        write(journal, witness, topic -> true);
    }

    /** Reads all of a journal that nobody appends to, and writes down the topics that are wanted. */
    public static void write(final Journal journal, final Witness witness, final Predicate<String> wanted) {
        final JournalAudit audit = new JournalAudit(journal, witness, wanted);
        try (JournalReader reader = journal.newReader()) {
            reader.seek(journal.firstSequence());
            while (reader.poll(audit::onRecord, 1_000) > 0) {
                // Reads on until the journal's end.
            }
            if (reader.nextSequence() != journal.lastSequence() + 1) {
                throw new AssertionError("the journal ends at " + journal.lastSequence() + ", its reader before "
                        + reader.nextSequence());
            }
        }
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        final String epoch = Epoch.format(journal.logId(), RecordLayout.term(buffer, offset));
        switch (RecordLayout.type(buffer, offset)) {
            case RecordType.TERM -> witness.term(epoch);
            case RecordType.TOPIC ->
                topicById.put(RecordLayout.topicId(buffer, offset), TopicBody.name(buffer, offset));
            case RecordType.MESSAGE -> {
                final String topic = topicById.get(RecordLayout.topicId(buffer, offset));
                if (!wanted.test(topic)) {
                    return;
                }
                final byte[] content = new byte[MessageBody.payloadLength(buffer, offset)];
                buffer.getBytes(MessageBody.payloadOffset(buffer, offset), content);
                witness.stored(topic, epoch, RecordLayout.offset(buffer, offset), content);
            }
            default -> {
                // Cursors, watermarks and ticks are no messages.
            }
        }
    }
}
