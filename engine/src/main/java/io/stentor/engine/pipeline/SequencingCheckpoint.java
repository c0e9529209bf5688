package io.stentor.engine.pipeline;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.stentor.journal.CheckpointWriter;
import io.stentor.transport.wire.DeliveryClass;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sequencing state as a checkpoint keeps it; little endian, drawn in the journal's FORMAT.md too.
 *
 * <pre>
 *   POSITION  u8 1 | i64 sequence | i64 timestampNs | i64 term                          once, first
 *   TOPIC     u8 2 | i64 id | i64 headOffset | u8 class | name                          by id
 *   PRODUCER  u8 3 | i64 producerId | results, oldest first: i64 producerSequence, contentHash, sequence, topicOffset
 *                                                                                       in the order in which they came
 *   KEY       u8 4 | i64 keyHigh | keyLow | contentHash | sequence | topicOffset | expiresAtNs
 *                                                                                       by place, then by sequence
 * </pre>
 *
 * <p>Message ids whose window has passed at the position's time are left out: no record can meet them again.
 */
final class SequencingCheckpoint implements ReplayedState {

    /** The number of this kind of state in its files. */
    static final int KIND = 1;

    private static final byte POSITION = 1;
    private static final byte TOPIC = 2;
    private static final byte PRODUCER = 3;
    private static final byte KEY = 4;

    private static final int POSITION_LENGTH = 1 + 3 * Long.BYTES;
    private static final int TOPIC_NAME = 1 + 2 * Long.BYTES + 1;
    private static final int TOPIC_LENGTH_MAX = TOPIC_NAME + 255;
    private static final int PRODUCER_RESULTS = 1 + Long.BYTES;
    private static final int RESULT_LENGTH = 4 * Long.BYTES;
    private static final int PRODUCER_LENGTH_MAX = PRODUCER_RESULTS + ProducerTable.REMEMBERED * RESULT_LENGTH;
    private static final int KEY_LENGTH = 1 + 6 * Long.BYTES;

    /** Topics, producers or places of the table that one call of {@link #write} looks at. */
    private static final int PIECE = 1024;

    private final SequencingState state;
    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[Math.max(TOPIC_LENGTH_MAX, PRODUCER_LENGTH_MAX)]);
    private boolean positionWritten;
    private long topicWritten;
    private ProducerTable.Entry producerWritten;
    private int placesWritten;

    SequencingCheckpoint(final SequencingState state) {
        this.state = state;
    }

    SequencingState state() {
        return state;
    }

    @Override
    public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        state.restore(buffer, offset);
    }

    @Override
    public void onEntry(final DirectBuffer buffer, final int offset, final int length) {
        switch (length == 0 ? 0 : buffer.getByte(offset)) {
            case POSITION -> {
                require(length == POSITION_LENGTH, length);
                state.restorePosition(
                        longAt(buffer, offset + 1, 0), longAt(buffer, offset + 1, 1), longAt(buffer, offset + 1, 2));
            }
            case TOPIC -> onTopic(buffer, offset, length);
            case PRODUCER -> onProducer(buffer, offset, length);
            case KEY -> onKey(buffer, offset, length);
            default -> require(false, length);
        }
    }

    @Override
    public void onLoaded(final long sequence) {
        if (state.lastSequence() != sequence) {
            throw new IllegalArgumentException(
                    "it is of record " + sequence + " and holds the state at record " + state.lastSequence());
        }
    }

    @Override
    public boolean write(final CheckpointWriter writer) {
        final ProducerTable.Entry producer = nextProducer();
        if (!positionWritten) {
            positionWritten = true;
            writePosition(writer);
        } else if (topicWritten < state.topics().size()) {
            writeTopics(writer);
        } else if (producer != null) {
            writeProducers(writer, producer);
        } else {
            writeKeys(writer);
        }
        final boolean isMore = placesWritten < state.dedupe().places();
        if (!isMore) {
            positionWritten = false;
            topicWritten = 0;
            producerWritten = null;
            placesWritten = 0;
        }
        return isMore;
    }

    private void writePosition(final CheckpointWriter writer) {
        entry.putByte(0, POSITION);
        putLong(1, 0, state.lastSequence());
        putLong(1, 1, state.lastTimestampNs());
        putLong(1, 2, state.term());
        writer.add(entry, 0, POSITION_LENGTH);
    }

    private void writeTopics(final CheckpointWriter writer) {
        final long end = Math.min(topicWritten + PIECE, state.topics().size());
        while (topicWritten < end) {
            final TopicState topic = state.topics().find(++topicWritten);
            final int nameLength = topic.nameBytes().capacity();
            entry.putByte(0, TOPIC);
            putLong(1, 0, topic.id());
            putLong(1, 1, topic.headOffset());
            entry.putByte(TOPIC_NAME - 1, (byte) topic.deliveryClass().value());
            entry.putBytes(TOPIC_NAME, topic.nameBytes(), 0, nameLength);
            writer.add(entry, 0, TOPIC_NAME + nameLength);
        }
    }

    private ProducerTable.Entry nextProducer() {
        return producerWritten == null ? state.producers().first() : producerWritten.following();
    }

    private void writeProducers(final CheckpointWriter writer, final ProducerTable.Entry from) {
        ProducerTable.Entry producer = from;
        for (int i = 0; i < PIECE && producer != null; i++) {
            entry.putByte(0, PRODUCER);
            putLong(1, 0, producer.producerId());
            int length = PRODUCER_RESULTS;
            for (int age = 0; age < ProducerTable.REMEMBERED; age++) {
                final int at = producer.oldest(age);
                if (at >= 0) {
                    putLong(length, 0, producer.producerSequence(at));
                    putLong(length, 1, producer.contentHash(at));
                    putLong(length, 2, producer.sequence(at));
                    putLong(length, 3, producer.topicOffset(at));
                    length += RESULT_LENGTH;
                }
            }
            writer.add(entry, 0, length);
            producerWritten = producer;
            producer = producer.following();
        }
    }

    private void writeKeys(final CheckpointWriter writer) {
        final DedupeTable dedupe = state.dedupe();
        final long nowNs = state.lastTimestampNs();
        final int end = Math.min(placesWritten + PIECE, dedupe.places());
        for (; placesWritten < end; placesWritten++) {
            int at = dedupe.nextLive(placesWritten, 0, nowNs);
            while (at != DedupeTable.NONE) {
                entry.putByte(0, KEY);
                putLong(1, 0, dedupe.keyHigh(at));
                putLong(1, 1, dedupe.keyLow(at));
                putLong(1, 2, dedupe.contentHash(at));
                putLong(1, 3, dedupe.sequence(at));
                putLong(1, 4, dedupe.topicOffset(at));
                putLong(1, 5, dedupe.expiresAtNs(at));
                writer.add(entry, 0, KEY_LENGTH);
                at = dedupe.nextLive(placesWritten, dedupe.sequence(at), nowNs);
            }
        }
    }

    private void onTopic(final DirectBuffer buffer, final int offset, final int length) {
        require(length > TOPIC_NAME && length <= TOPIC_LENGTH_MAX, length);
        final byte topicClass = buffer.getByte(offset + TOPIC_NAME - 1);
        require(DeliveryClass.get(topicClass).value() == topicClass, length);
        final byte[] name = new byte[length - TOPIC_NAME];
        buffer.getBytes(offset + TOPIC_NAME, name);
        final TopicState topic = state.topics().intern(new String(name, StandardCharsets.US_ASCII));
        topic.open(longAt(buffer, offset + 1, 0), DeliveryClass.get(topicClass));
        topic.headOffset(longAt(buffer, offset + 1, 1));
        state.topics().opened(topic);
    }

    private void onProducer(final DirectBuffer buffer, final int offset, final int length) {
        final int resultsLength = length - PRODUCER_RESULTS;
        require(resultsLength > 0 && resultsLength % RESULT_LENGTH == 0 && length <= PRODUCER_LENGTH_MAX, length);
        final long producerId = longAt(buffer, offset + 1, 0);
        for (int at = PRODUCER_RESULTS; at < length; at += RESULT_LENGTH) {
            state.producers()
                    .add(
                            producerId,
                            longAt(buffer, offset + at, 0),
                            longAt(buffer, offset + at, 1),
                            longAt(buffer, offset + at, 2),
                            longAt(buffer, offset + at, 3));
        }
    }

    private void onKey(final DirectBuffer buffer, final int offset, final int length) {
        require(length == KEY_LENGTH, length);
        final long nowNs = state.lastTimestampNs();
        if (!state.dedupe().hasRoom(nowNs)) {
            throw new IllegalArgumentException(
                    "it holds more message ids than the " + state.dedupe().size() + " that there is room for");
        }
        state.dedupe()
                .add(
                        longAt(buffer, offset + 1, 0),
                        longAt(buffer, offset + 1, 1),
                        longAt(buffer, offset + 1, 2),
                        longAt(buffer, offset + 1, 3),
                        longAt(buffer, offset + 1, 4),
                        longAt(buffer, offset + 1, 5),
                        nowNs);
    }

    private void putLong(final int index, final int number, final long value) {
        entry.putLong(index + number * Long.BYTES, value, LITTLE_ENDIAN);
    }

    private static long longAt(final DirectBuffer buffer, final int index, final int number) {
        return buffer.getLong(index + number * Long.BYTES, LITTLE_ENDIAN);
    }

    private static void require(final boolean condition, final int length) {
        if (!condition) {
            throw new IllegalArgumentException("it holds an entry of " + length + " bytes that has no meaning");
        }
    }
}
