package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.aeron.AeronClient;
import io.stentor.transport.aeron.EmbeddedDriver;
import io.stentor.transport.aeron.UdpSettings;
import io.stentor.transport.wire.AttachEncoder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.RefusalCode;
import io.stentor.transport.wire.ShardDialogue;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between an engine and its shards, by mistake or by malice: refused in words, and no other shard notices. */
final class BadShardIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final String TOPIC = "chat:one";
    private static final String ANY_PORT = "127.0.0.1:0";
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    /** A shard that finds its number taken tries for 15 s, as long as its killed predecessor may count as alive. */
    private static final Duration TAKEN_LIMIT = Duration.ofSeconds(60);

    private static final int OTHER_VERSION = 99;
    private static final int GARBAGE = 20_000;
    private static final int DATAGRAM_MAX = 2_000;

    /** Whoever can reach the port may send garbage: it must not fill a disk with what is said about it. */
    private static final int LINES_MAX = 20;

    /** Streams that an engine reads, and that a shard reads. */
    private static final List<Integer> ENGINE_STREAMS = List.of(1001, 1002);

    private static final List<Integer> SHARD_STREAMS = List.of(1003, 1004);
    private static final int FRAGMENT_MAX = 72 * 1024;

    private final Queue<JsonValue> received = new ConcurrentLinkedQueue<>();
    private long published;

    @Test
    void shouldEndWithReasonWhenSecretIsWrong() throws IOException {
        final Tier engine = startEngine();
        final Path other = Files.writeString(
                STENTOR.newDirectory().resolve("secret"), "another-secret-of-more-than-thirty-two-bytes\n");
        final StentorProcesses.Exit exit = STENTOR.run(
                "shard",
                "--dev",
                "--engine",
                engine.awaitShardsAddress(),
                "--http",
                ANY_PORT,
                "--secret-file",
                "" + other);
        BadStartIT.assertRefused(FAILURE, exit, "AUTHENTICATION", "does not know the secret");
        assertEquals(
                1,
                engine.process().err().stream()
                        .filter(line -> line.contains("refused: AUTHENTICATION"))
                        .count(),
                () -> "what the engine says of it: " + engine.process().tail());
    }

    @Test
    void shouldRefuseSecondShardAndLeaveFirstAloneWhenBothHaveOneId() {
        final Tier engine = startEngine();
        final Tier first = STENTOR.shardDev(engine, "--id", "7");
        try (SocketClient client = subscribe(first)) {
            final StentorProcess second = STENTOR.start(
                    "shard", "--dev", "--engine", engine.awaitShardsAddress(), "--http", ANY_PORT, "--id", "7");
            while (second.isAlive()) {
                publishAndReceive(engine, 10);
            }
            assertEquals(FAILURE, second.awaitExit(TAKEN_LIMIT));
            assertTrue(
                    second.err().stream()
                            .anyMatch(line -> line.startsWith("stentor: ") && line.contains("SHARD_ID_TAKEN")),
                    second::tail);
            assertEquals(List.of(), second.out(), "it never was ready");
            assertTrue(!client.end().isDone(), "the first one's session");
        }
        assertEquals(List.of(), first.process().err(), "the first shard has noticed nothing");
        assertTrue(engine.process().err().size() <= LINES_MAX, engine.process()::tail);
    }

    @Test
    void shouldRefuseWithNumberWhenPeerSpeaksAnotherVersion() throws IOException {
        final Keys keys = Keys.write(STENTOR.newDirectory());
        final Tier engine = startEngine("--secret-file", keys.secretFile().toString());
        final Tier shard =
                STENTOR.shardDev(engine, "--secret-file", keys.secretFile().toString());
        try (SocketClient client = subscribe(shard);
                RawShard peer = rawShard(engine, keys)) {
            for (int attempt = 1; attempt <= 2; attempt++) {
                final RawShard.Refusal refusal = peer.attachRefused(9, OTHER_VERSION);
                assertEquals(RefusalCode.PROTOCOL_VERSION, refusal.code(), refusal::toString);
                assertTrue(
                        refusal.detail().contains("version " + OTHER_VERSION)
                                && refusal.detail().contains("speaks " + ShardDialogue.VERSION),
                        refusal::toString);
                publishAndReceive(engine, 10);
            }
            assertEquals(List.of(), peer.errors());
            assertTrue(!client.end().isDone(), "the session of the shard that may");
        }
        assertReported(engine, "shard 9 refused: PROTOCOL_VERSION");
        assertUndisturbed(engine, shard);
    }

    /** Number 1 is the embedded shard's, whose streams are memory: over a network nobody may have it, and none below. */
    @ParameterizedTest
    @ValueSource(ints = {1, 0, -1, Integer.MIN_VALUE})
    void shouldRefuseWithNumberWhenShardIdIsNobodys(final int shardId) throws IOException {
        final Keys keys = Keys.write(STENTOR.newDirectory());
        final Tier engine = startEngine("--secret-file", keys.secretFile().toString());
        try (RawShard peer = rawShard(engine, keys)) {
            final RawShard.Refusal refusal = peer.attachRefused(shardId, ShardDialogue.VERSION);
            assertEquals(RefusalCode.UNKNOWN_SHARD, refusal.code(), refusal::toString);
            assertEquals(List.of(), peer.errors());
        }
        assertReported(engine, "shard " + shardId + " refused: UNKNOWN_SHARD");
        final Tier shard =
                STENTOR.shardDev(engine, "--secret-file", keys.secretFile().toString());
        try (SocketClient client = subscribe(shard)) {
            publishAndReceive(engine, 10);
            assertTrue(!client.end().isDone(), "the session of a shard that comes later");
        }
        assertUndisturbed(engine, shard);
    }

    @Test
    void shouldServeOnWhenPortsGetGarbageDatagrams() throws IOException {
        final Tier engine = startEngine();
        final String listen = "127.0.0.1:" + StentorProcesses.freePort();
        final Tier shard = STENTOR.shardDev(engine, "--listen", listen);
        final SplittableRandom random = seeded();
        try (SocketClient client = subscribe(shard);
                DatagramSocket socket = new DatagramSocket()) {
            for (int sent = 0; sent < GARBAGE; sent++) {
                final byte[] datagram = new byte[random.nextInt(DATAGRAM_MAX)];
                random.nextBytes(datagram);
                if (datagram.length > 8 && random.nextBoolean()) {
                    disguise(datagram, random);
                }
                final String to = random.nextBoolean() ? engine.awaitShardsAddress() : listen;
                socket.send(new DatagramPacket(datagram, datagram.length, addressOf(to)));
                if (sent % 1_000 == 0) {
                    publishAndReceive(engine, 10);
                }
            }
            publishAndReceive(engine, 100);
            assertTrue(!client.end().isDone(), "the session");
        }
        assertUndisturbed(engine, shard);
    }

    @Test
    void shouldServeOnWhenStreamsGetGarbageFragments() {
        final Tier engine = startEngine();
        final String listen = "127.0.0.1:" + StentorProcesses.freePort();
        final Tier shard = STENTOR.shardDev(engine, "--listen", listen);
        final SplittableRandom random = seeded();
        final List<Throwable> errors = new ArrayList<>();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[FRAGMENT_MAX]);
        try (EmbeddedDriver driver = new EmbeddedDriver(STENTOR.newDirectory().resolve("aeron"), 0, errors::add);
                AeronClient aeron = driver.connect(errors::add);
                SocketClient client = subscribe(shard)) {
            final List<FragmentLink> links = new ArrayList<>();
            ENGINE_STREAMS.forEach(stream -> links.add(aeron.openUdpLink(
                    engine.awaitShardsAddress(),
                    UdpSettings.MTU_LENGTH,
                    UdpSettings.TERM_LENGTH,
                    stream,
                    FRAGMENT_MAX)));
            SHARD_STREAMS.forEach(stream -> links.add(
                    aeron.openUdpLink(listen, UdpSettings.MTU_LENGTH, UdpSettings.TERM_LENGTH, stream, FRAGMENT_MAX)));
            Await.until("readers of the garbage", () -> {
                aeron.invoke();
                driver.invoke();
                return links.stream().allMatch(FragmentLink::isConnected);
            });
            for (int sent = 0; sent < GARBAGE; sent++) {
                final int length = garbage(buffer, random);
                final FragmentLink link = links.get(random.nextInt(links.size()));
                Await.until("room for garbage", () -> {
                    final boolean taken = link.offer(buffer, 0, length) > 0;
                    aeron.invoke();
                    driver.invoke();
                    return taken;
                });
                if (sent % 1_000 == 0) {
                    publishAndReceive(engine, 10);
                }
            }
            publishAndReceive(engine, 100);
            assertTrue(!client.end().isDone(), "the session");
        }
        assertEquals(List.of(), errors);
        assertUndisturbed(engine, shard);
    }

    @Test
    void shouldWaitAndEndInGoodOrderWhenThereIsNoEngine() {
        final String nobody = "127.0.0.1:" + StentorProcesses.freePort();
        final StentorProcess shard = STENTOR.start("shard", "--dev", "--engine", nobody, "--http", ANY_PORT);
        Await.until(
                () -> "a word about the engine" + shard.tail(),
                StentorProcess.START_LIMIT,
                () -> shard.err().stream().anyMatch(line -> line.contains("waiting for the engine at " + nobody)));
        shard.terminate();
        assertEquals(0, shard.awaitExit(Await.SOON), shard::tail);
        assertEquals(List.of(), shard.out(), "it never was ready");
    }

    @ParameterizedTest
    @MethodSource("badOptions")
    void shouldNameOptionWhenItIsBad(final String option, final List<String> command) {
        final StentorProcesses.Exit exit = STENTOR.run(command.toArray(String[]::new));
        BadStartIT.assertRefused(USAGE, exit, option);
        assertTrue(
                exit.err().get(0).startsWith("stentor: ") && exit.err().get(0).contains(option),
                () -> "the first line names it: " + exit.text());
    }

    static Stream<Arguments> badOptions() throws IOException {
        final Keys keys = Keys.write(STENTOR.newDirectory());
        final String tokens = keys.tokenKeyFile().toString();
        final String weak = Files.writeString(STENTOR.newDirectory().resolve("weak"), "too short\n")
                .toString();
        final String missing = STENTOR.newDirectory().resolve("missing").toString();
        final String somewhere = "127.0.0.1:9";
        return Stream.of(
                bad("--engine", "shard", "--dev"),
                bad("--engine", "shard", "--dev", "--engine", "nonsense"),
                bad(
                        "--token-key-file",
                        "shard",
                        "--engine",
                        somewhere,
                        "--secret-file",
                        keys.secretFile().toString()),
                bad("--secret-file", "shard", "--engine", somewhere, "--token-key-file", tokens),
                bad("--secret-file", "shard", "--engine", somewhere, "--dev", "--secret-file", weak),
                bad("--secret-file", "shard", "--engine", somewhere, "--dev", "--secret-file", missing),
                bad("--dev", "shard", "--dev", "--engine", "192.0.2.1:9"),
                bad("--dev", "shard", "--dev", "--engine", somewhere, "--http", "0.0.0.0:0"),
                bad("--dev", "shard", "--dev", "--engine", somewhere, "--listen", "0.0.0.0:0"),
                bad("--id", "shard", "--dev", "--engine", somewhere, "--id", "1"),
                bad("--id", "shard", "--dev", "--engine", somewhere, "--id", "0"),
                bad("--id", "shard", "--dev", "--engine", somewhere, "--id", "-7"),
                bad("--id", "shard", "--dev", "--engine", somewhere, "--id", "2147483648"),
                bad("--id", "shard", "--dev", "--engine", somewhere, "--id", "two"),
                bad("--mtu", "shard", "--dev", "--engine", somewhere, "--mtu", "1000"),
                bad("--term-length", "shard", "--dev", "--engine", somewhere, "--term-length", "5"),
                bad("--window", "shard", "--dev", "--engine", somewhere, "--window", "5"),
                bad("--no-shard", "serve", "--dev", "--no-shard"),
                bad("--api-key-file", "serve", "--token-key-file", tokens, "--no-shard", "--shards", somewhere),
                bad("--secret-file", "serve", "--token-key-file", tokens, "--shards", somewhere),
                bad("--secret-file", "serve", "--dev", "--shards", somewhere, "--secret-file", weak),
                bad("--dev", "serve", "--dev", "--shards", "0.0.0.0:0"),
                bad("--shards", "serve", "--dev", "--shards", "nonsense"),
                bad("--mtu", "serve", "--dev", "--shards", somewhere, "--mtu", "1000"));
    }

    private static Arguments bad(final String option, final String... command) {
        return Arguments.of(option, List.of(command));
    }

    private static Tier startEngine(final String... more) {
        final List<String> args = new ArrayList<>(List.of("--shards", ANY_PORT, "--no-shard"));
        args.addAll(List.of(more));
        return STENTOR.serveDev(STENTOR.newDirectory(), args.toArray(String[]::new));
    }

    private static RawShard rawShard(final Tier engine, final Keys keys) throws IOException {
        return new RawShard(
                engine.awaitShardsAddress(),
                STENTOR.newDirectory().resolve("aeron"),
                Files.readString(keys.secretFile()).strip().getBytes(StandardCharsets.UTF_8));
    }

    /** The engine says in words whom it refused and why. */
    private static void assertReported(final Tier engine, final String words) {
        Await.until(
                () -> words + engine.process().tail(),
                Await.SOON,
                () -> engine.process().err().stream().anyMatch(line -> line.contains(words)));
    }

    private SocketClient subscribe(final Tier shard) {
        final SocketClient client = SocketClient.connect(shard.webSocket(), null, push -> received.add(push.at("pub")));
        final JsonValue answer = client.ask("subscribe", Map.of("channel", TOPIC));
        assertTrue(answer.at("error").isAbsent(), answer::toString);
        return client;
    }

    /** Everything that is published arrives, each once and in order. */
    private void publishAndReceive(final Tier engine, final int count) {
        for (int i = 0; i < count; i++) {
            assertEquals(++published, engine.api().publish(TOPIC, published));
        }
        Await.until(
                () -> published + " publications; there are " + received.size()
                        + engine.process().tail(),
                Await.SOON,
                () -> received.size() >= published);
        assertEquals(published, received.size());
        long offset = 0;
        for (final JsonValue publication : received) {
            assertEquals(++offset, publication.at("offset").number());
        }
    }

    private static void assertUndisturbed(final Tier engine, final Tier shard) {
        for (final StentorProcess process : List.of(engine.process(), shard.process())) {
            assertTrue(process.isAlive(), process::tail);
            assertTrue(process.err().size() <= LINES_MAX, process::tail);
            assertTrue(process.err().stream().noneMatch(line -> line.contains("attaches again")), process::tail);
        }
        assertEquals(200, shard.api().status("/readyz"));
        assertEquals(200, engine.api().status("/readyz"));
    }

    private static SplittableRandom seeded() {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        return new SplittableRandom(seed);
    }

    /** Gives garbage the head of a frame of Aeron: its length, version, flags and type, and sometimes a stream that exists. */
    private static void disguise(final byte[] datagram, final SplittableRandom random) {
        final UnsafeBuffer frame = new UnsafeBuffer(datagram);
        frame.putInt(0, datagram.length, ByteOrder.LITTLE_ENDIAN);
        frame.putByte(4, (byte) 0);
        frame.putShort(6, (short) random.nextInt(12), ByteOrder.LITTLE_ENDIAN);
        if (datagram.length > 20) {
            frame.putInt(16, 1001 + random.nextInt(4), ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Makes a fragment that is noise, or holds noise behind the head of a message that exists or does not; its length. */
    private static int garbage(final UnsafeBuffer buffer, final SplittableRandom random) {
        final int length = random.nextInt(10) == 0 ? random.nextInt(1, FRAGMENT_MAX) : random.nextInt(1, 512);
        final byte[] noise = new byte[length];
        random.nextBytes(noise);
        buffer.putBytes(0, noise);
        if (length > 8 + MessageHeaderEncoder.ENCODED_LENGTH && random.nextInt(4) > 0) {
            buffer.putInt(0, length - 8, ByteOrder.LITTLE_ENDIAN);
            new MessageHeaderEncoder()
                    .wrap(buffer, 8)
                    .blockLength(random.nextInt(5) == 0 ? random.nextInt(1 << 16) : AttachEncoder.BLOCK_LENGTH)
                    .templateId(random.nextInt(40))
                    .schemaId(MessageHeaderEncoder.SCHEMA_ID)
                    .version(random.nextInt(5) == 0 ? random.nextInt(1 << 16) : MessageHeaderEncoder.SCHEMA_VERSION);
        }
        return length;
    }

    private static InetSocketAddress addressOf(final String endpoint) {
        final int colon = endpoint.lastIndexOf(':');
        return new InetSocketAddress(endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
    }
}
