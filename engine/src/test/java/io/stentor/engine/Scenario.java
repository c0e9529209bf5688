package io.stentor.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stentor.engine.history.Fault;
import io.stentor.engine.history.History;
import io.stentor.engine.history.HistoryChecker;
import io.stentor.engine.history.JournalAudit;
import io.stentor.engine.history.Verdict;
import io.stentor.engine.history.Witness;
import io.stentor.journal.CursorBody;
import io.stentor.journal.Journal;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.AckLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Several lives of an engine on one thread: in each a publisher, a reader that comes back with its position and a device
 * that goes on by its cursor, ended by a kill or a cut of power, from a seed. What they did and saw is judged at the end.
 */
final class Scenario {

    /** One round of the engine is a millisecond of history: the window is what the force interval says, in rounds. */
    private static final long ROUND_NS = 1_000_000;

    private static final long WINDOW_NS = (SimulatedJournal.FORCE_INTERVAL_ROUNDS + 2) * ROUND_NS;
    private static final List<Fault> FAULTS =
            List.of(Fault.KILL, Fault.POWER_CUT, Fault.POWER_CUT, Fault.KILL, Fault.POWER_CUT, Fault.POWER_CUT);
    private static final int MESSAGES_PER_LIFE = 30;
    private static final int IN_FLIGHT_AT_FAULT = 6;
    private static final int REPEATS = 4;
    /** Who gets no answer in so many rounds gives up, as a client would. */
    private static final int ANSWER_ROUNDS = 5_000;

    /** What waits for a clock, as cursors do: a round takes a few microseconds of it. */
    private static final int CURSOR_ROUNDS = 500_000;

    private static final String CHAT = "chat:1";
    private static final String INBOX = "bot:inbox";
    private static final String DEVICE = "phone";

    private final Bug bug;
    private final Random random;
    private final AtomicLong timeNs = new AtomicLong();
    private final History history;
    private final Witness operator;
    private final Witness asking;
    private final Witness reading;
    private final Witness device;
    private final Map<String, AckLevel> unanswered = new LinkedHashMap<>();
    private final List<String> answered = new ArrayList<>();
    private SimulatedDisk disk = new SimulatedDisk();
    private DeliveryEngine engine;
    private Publisher publisher;
    private int nextKey;
    private long chatHead;
    private long inboxHead;
    private boolean over;
    private StreamPosition held;
    private long deviceOffset;
    private final Map<Long, Long> sequences = new HashMap<>();
    private int cursorsRead;
    private int life;
    private int stalls;

    Scenario(final Bug bug, final long seed, final Path directory) {
        this.bug = bug;
        this.random = new Random(seed);
        this.history = new History(directory, timeNs::get);
        this.operator = history.witness("operator");
        this.asking = history.witness("publisher");
        this.reading = history.witness("reader");
        this.device = history.witness("device");
    }

    Verdict run() throws IOException {
        FAULTS.forEach(this::live);
        try (Journal left = new SimulatedJournal(disk)) {
            JournalAudit.write(left, history.witness("journal"));
        }
        history.close();
        return HistoryChecker.check(history.directory(), WINDOW_NS);
    }

    /** How often something was waited for in vain. */
    int stalls() {
        return stalls;
    }

    private void live(final Fault fault) {
        final SimulatedDisk own = disk;
        engine = DeliveryEngine.launch(
                new EngineContext()
                        .journalKind(JournalKind.HEAP)
                        .threadingMode(ThreadingMode.INVOKER)
                        .dedupeEntriesMax(10_000)
                        .errorHandler(failure -> {})
                        .failureHandler(failure -> {}),
                context -> bug.journal(new SimulatedJournal(own)));
        try {
            over = false;
            cursorsRead = own.size();
            chatHead = 0;
            inboxHead = 0;
            publisher = engine.newPublisher();
            operator.started(engine.epoch());
            final EngineSession phone = resume();
            final EngineSession session = comeBack();
            repeat();
            for (int i = 0; i < MESSAGES_PER_LIFE; i++) {
                ask(nextKey(), level());
            }
            acknowledge(phone);
            if (life++ % 2 == 0) {
                // Only time forces what was journaled, and it has had enough.
                ask(nextKey(), AckLevel.JOURNALED);
                rest(2 * WINDOW_NS / ROUND_NS);
            } else {
                ask(nextKey(), AckLevel.SYNCED);
            }
            // Seen by the reader and not forced: what a cut of power may take.
            final long before = chatHead;
            for (int i = 0; i < IN_FLIGHT_AT_FAULT; i++) {
                publish(nextKey(), AckLevel.JOURNALED);
            }
            until(() -> chatHead > before + 1);
            operator.fault(fault);
            over = true;
            disk = own.after(fault, random);
            operator.down(fault);
            session.close();
            phone.close();
        } finally {
            over = true;
            engine.close();
        }
    }

    private void repeat() {
        for (final Map.Entry<String, AckLevel> entry : new LinkedHashMap<>(unanswered).entrySet()) {
            ask(entry.getKey(), entry.getValue());
        }
        for (final String key :
                List.copyOf(answered.subList(Math.max(0, answered.size() - REPEATS), answered.size()))) {
            ask(key, AckLevel.SYNCED);
        }
    }

    private void ask(final String key, final AckLevel level) {
        final CompletionStage<Receipt> answer = publish(key, level);
        if (!until(() -> answer.toCompletableFuture().isDone())) {
            asking.unanswered(topicOf(key), key);
        }
    }

    private String nextKey() {
        return "key-" + nextKey++;
    }

    private AckLevel level() {
        return random.nextInt(4) == 0 ? AckLevel.SYNCED : AckLevel.JOURNALED;
    }

    private CompletionStage<Receipt> publish(final String key, final AckLevel level) {
        final String topic = topicOf(key);
        final byte[] content = ("{\"key\":\"" + key + "\",\"topic\":\"" + topic + "\"}").getBytes(UTF_8);
        asking.invoked(topic, key, content, level);
        unanswered.put(key, level);
        final Message message = new Message()
                .topic(engine.topic(topic))
                .sender("publisher")
                .messageId(key)
                .payload(content);
        final CompletionStage<Receipt> answer = bug.publish(publisher, message, level);
        answer.whenComplete((receipt, failure) -> {
            if (over) {
                return;
            }
            if (receipt == null) {
                asking.refused(topic, key, failure.getClass().getSimpleName());
                return;
            }
            asking.acknowledged(topic, key, receipt.epoch(), receipt.offset(), receipt.level(), receipt.repeated());
            unanswered.remove(key);
            answered.remove(key);
            answered.add(key);
            if (topic.equals(CHAT)) {
                chatHead = Math.max(chatHead, receipt.offset());
            } else {
                inboxHead = Math.max(inboxHead, receipt.offset());
            }
        });
        return answer;
    }

    private static String topicOf(final String key) {
        return Integer.parseInt(key.substring(key.indexOf('-') + 1)) % 3 == 0 ? INBOX : CHAT;
    }

    private EngineSession comeBack() {
        final Reader reader = new Reader(held);
        final EngineSession session = engine.attach("anna", "", held == null ? reader : bug.reader(reader));
        final CompletionStage<StreamPosition> answer;
        if (held == null) {
            answer = session.subscribeLive(CHAT);
            until(() -> answer.toCompletableFuture().isDone());
            held = answer.toCompletableFuture().join();
            reading.began(CHAT, held.epoch(), held.offset());
        } else {
            reading.asked(CHAT, held.epoch(), held.offset());
            answer = session.subscribe(CHAT, held);
            until(() -> answer.toCompletableFuture().isDone());
            reader.answered();
        }
        return session;
    }

    private EngineSession resume() {
        final Device reader = new Device();
        final EngineSession session = engine.attach("ben", DEVICE, reader);
        final CompletionStage<StreamPosition> answer = session.subscribe(INBOX);
        until(() -> answer.toCompletableFuture().isDone());
        reader.resumed(answer.toCompletableFuture().join().offset());
        return session;
    }

    private void acknowledge(final EngineSession phone) {
        if (!until(() -> deviceOffset >= inboxHead, CURSOR_ROUNDS)) {
            return;
        }
        // Not all that it has: what was not acknowledged must come again, and nothing else.
        final long offset = deviceOffset - 2;
        device.cursor(INBOX, DEVICE, offset);
        if (!phone.ack(INBOX, offset)) {
            throw new AssertionError("the acknowledgement was not taken");
        }
        final long sequence = sequences.get(offset);
        if (until(() -> forcedCursor() >= sequence, CURSOR_ROUNDS)) {
            device.held(INBOX, DEVICE, offset);
        }
    }

    /** The device's cursor, as the newest record that is forced has it. */
    private long forcedCursor() {
        long cursor = 0;
        for (; cursorsRead < disk.forced(); cursorsRead++) {
            final UnsafeBuffer record = new UnsafeBuffer(disk.record(cursorsRead));
            if (RecordLayout.type(record, 0) == RecordType.CURSOR) {
                final int end = CursorBody.end(record, 0);
                for (int entry = CursorBody.firstEntry(0); entry < end; entry = CursorBody.nextEntry(record, entry)) {
                    cursor = Math.max(cursor, CursorBody.sequence(record, entry));
                }
            }
        }
        return cursor;
    }

    private void rest(final long rounds) {
        for (long round = 0; round < rounds; round++) {
            timeNs.addAndGet(ROUND_NS);
            engine.doWork();
        }
    }

    /** Lets the engine work until something is the case, or has been waited for long enough. */
    private boolean until(final BooleanSupplier condition) {
        return until(condition, ANSWER_ROUNDS);
    }

    private boolean until(final BooleanSupplier condition, final int roundsMax) {
        for (int round = 0; !condition.getAsBoolean(); round++) {
            if (round == roundsMax) {
                stalls++;
                return false;
            }
            timeNs.addAndGet(ROUND_NS);
            engine.doWork();
        }
        return true;
    }

    /** Reads the chat; comes back with the position that it holds. */
    private final class Reader implements SessionHandler {

        private final StreamPosition askedFor;
        private boolean judged;

        Reader(final StreamPosition askedFor) {
            this.askedFor = askedFor;
            this.judged = askedFor == null;
        }

        @Override
        public void onMessage(final EngineSession session, final DeliveredMessage message) {
            if (over) {
                return;
            }
            answered();
            final byte[] content = new byte[message.payloadLength()];
            message.buffer().getBytes(message.payloadOffset(), content);
            reading.delivered(CHAT, engine.epoch(), message.offset(), content);
            held = new StreamPosition(engine.epoch(), Math.max(held.offset(), message.offset()));
        }

        @Override
        public void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {
            if (!over) {
                judged = true;
                held = new StreamPosition(engine.epoch(), offset);
                reading.snapshot(CHAT, engine.epoch(), offset);
            }
        }

        /** Who is not refused has recovered. */
        void answered() {
            if (!judged) {
                judged = true;
                held = new StreamPosition(engine.epoch(), askedFor.offset());
                reading.recovered(CHAT, engine.epoch(), askedFor.offset());
            }
        }
    }

    /** A device: goes on by its cursor. */
    private final class Device implements SessionHandler {

        private boolean resumed;

        @Override
        public void onMessage(final EngineSession session, final DeliveredMessage message) {
            if (over) {
                return;
            }
            resumed(message.offset() - 1);
            final byte[] content = new byte[message.payloadLength()];
            message.buffer().getBytes(message.payloadOffset(), content);
            device.delivered(INBOX, engine.epoch(), message.offset(), content);
            deviceOffset = message.offset();
            sequences.put(message.offset(), message.sequence());
        }

        void resumed(final long offset) {
            if (!resumed) {
                resumed = true;
                deviceOffset = offset;
                device.resumed(INBOX, DEVICE, offset);
                device.began(INBOX, engine.epoch(), offset);
            }
        }
    }
}
