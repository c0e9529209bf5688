package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A shard, an engine and clients on one thread and a virtual clock. */
final class ShardHarness {

    static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Longer than any detour between engine and shard takes. */
    private static final int CYCLES = 40;

    final class Client {
        final RecordingSink sink = new RecordingSink();
        final ClientSession session = shard.open(sink);
        private long commandId;

        long offer(final ClientCommand command) {
            if (!session.offer(command)) {
                throw new IllegalStateException("refused: " + command);
            }
            run();
            return command.id();
        }

        long subscribe(final String topic) {
            return offer(new ClientCommand.Subscribe(nextId(), topic, false, null, false));
        }

        long joinLeave(final String topic) {
            return offer(new ClientCommand.Subscribe(nextId(), topic, false, null, true));
        }

        long recover(final String topic, final long offset) {
            return recover(topic, epoch(), offset);
        }

        long recover(final String topic, final String epoch, final long offset) {
            return offer(new ClientCommand.Subscribe(nextId(), topic, true, new StreamPosition(epoch, offset), false));
        }

        long fromCursor(final String topic) {
            return offer(new ClientCommand.Subscribe(nextId(), topic, false, null, false, true));
        }

        long unsubscribe(final String topic) {
            return offer(new ClientCommand.Unsubscribe(nextId(), topic));
        }

        long ack(final String topic, final long offset) {
            return offer(new ClientCommand.Ack(nextId(), topic, offset));
        }

        long read(final String topic, final long offset) {
            return offer(new ClientCommand.Read(nextId(), topic, offset));
        }

        long typing(final String topic) {
            return offer(new ClientCommand.Typing(nextId(), topic));
        }

        long publish(final String topic, final String messageId, final String payload) {
            return offer(
                    new ClientCommand.Publish(nextId(), topic, messageId, SimulatedEngine.bytes(payload), false, null));
        }

        long history(final String topic, final int limit, final StreamPosition since, final boolean reverse) {
            return offer(new ClientCommand.History(nextId(), topic, limit, since, reverse));
        }

        Reply.Subscribed subscribed(final long id) {
            return sink.reply(id, Reply.Subscribed.class);
        }

        long nextId() {
            return ++commandId;
        }
    }

    final SimulatedEngine engine = new SimulatedEngine();
    final List<Throwable> errors = new ArrayList<>();
    final List<Long> received = new ArrayList<>();
    final List<Long> acked = new ArrayList<>();
    final Shard shard;
    long nowNs = TimeUnit.DAYS.toNanos(3);
    private int clients;

    ShardHarness() {
        this(context -> context);
    }

    ShardHarness(final UnaryOperator<ShardContext> settings) {
        final StageListener listener = new StageListener() {
            @Override
            public void onShardReceived(final long latencyNs) {
                received.add(latencyNs);
            }

            @Override
            public void onClientAck(final long latencyNs) {
                acked.add(latencyNs);
            }
        };
        shard = new Shard(settings.apply(new ShardContext()
                .shardId(3)
                .name("shard-a")
                .incarnation(42)
                .nanoClock(() -> nowNs)
                .epochClock(() -> TimeUnit.NANOSECONDS.toMillis(nowNs))
                .live(engine.live)
                .pages(engine.pages)
                .control(engine.control)
                .fetch(engine.fetch)
                .channel("aeron:ipc")
                .secret(SimulatedEngine.SECRET)
                .liveStreamId(10)
                .pagesStreamId(11)
                .windowBytes(64 * 1024)
                .random(new SplittableRandom(1))
                .stageListener(listener)
                .errorHandler(errors::add)));
    }

    /** A harness whose shard has attached. */
    static ShardHarness attached() {
        final ShardHarness harness = new ShardHarness();
        harness.run();
        return harness;
    }

    /** A connected client with a user and a device of its own. */
    Client client() {
        clients++;
        return client("user-" + clients, "device-" + clients);
    }

    Client client(final String user, final String device) {
        final Client client = new Client();
        client.offer(new ClientCommand.Connect(client.nextId(), "client-" + user + "-" + device, user, device, null));
        return client;
    }

    /** Lets engine and shard talk until there is nothing left to say; little time passes. */
    void run() {
        for (int i = 0; i < CYCLES; i++) {
            nowNs += MS / CYCLES;
            engine.doWork(nowNs);
            shard.doWork();
        }
    }

    /** Lets time pass, a millisecond at a time. */
    void pass(final long durationNs) {
        final long untilNs = nowNs + durationNs;
        while (nowNs < untilNs) {
            nowNs += MS;
            engine.doWork(nowNs);
            shard.doWork();
        }
    }

    String epoch() {
        return Epoch.format(engine.logId, engine.term);
    }

    StreamPosition position(final long offset) {
        return new StreamPosition(epoch(), offset);
    }
}
