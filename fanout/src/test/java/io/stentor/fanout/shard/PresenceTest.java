package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.wire.StateKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Presence within its limits: here 5 subscribers are told, 3 times a second, and 8 are listed. */
final class PresenceTest {

    private static final int TOLD_MAX = 5;
    private static final int MEMBERS_MAX = 8;

    private final ShardHarness harness =
            new ShardHarness(context -> context.presenceLimits(new PresenceLimits(TOLD_MAX, 3, MEMBERS_MAX)));
    private final ShardHarness.Client watcher;

    PresenceTest() {
        harness.run();
        watcher = harness.client("ann", "phone");
        watcher.joinLeave("a");
    }

    @Test
    void shouldTellNobodyWhileTheTopicHasManySubscribers() {
        final List<ShardHarness.Client> others = new ArrayList<>();
        for (int i = 0; i < TOLD_MAX + 2; i++) {
            others.add(subscriber("a"));
            harness.pass(TimeUnit.SECONDS.toNanos(1));
        }
        assertEquals(TOLD_MAX - 1, watcher.sink.pushes.size());
        watcher.sink.pushes.clear();

        for (final ShardHarness.Client other : others) {
            other.unsubscribe("a");
            harness.pass(TimeUnit.SECONDS.toNanos(1));
        }
        // The fourth of them leaves a topic of five, and is told with those that follow.
        assertEquals(TOLD_MAX - 1, watcher.sink.pushes.size());
    }

    @Test
    void shouldTellOnlySoManyOfATopicWithinASecond() {
        final ShardHarness.Client restless = subscriber("a");
        for (int i = 0; i < 20; i++) {
            restless.unsubscribe("a");
            restless.subscribe("a");
        }
        assertEquals(3, watcher.sink.pushes.size());

        harness.pass(TimeUnit.SECONDS.toNanos(2));
        watcher.sink.pushes.clear();
        restless.unsubscribe("a");
        assertEquals(
                List.of(new Push.Leave("a", new ClientInfo("client-user-1-device-1", "user-1", null))),
                watcher.sink.pushes);
    }

    @Test
    void shouldNotLetOneTopicsTellsCountForAnother() {
        watcher.joinLeave("b");
        final ShardHarness.Client restless = subscriber("a");
        for (int i = 0; i < 20; i++) {
            restless.unsubscribe("a");
            restless.subscribe("a");
        }
        watcher.sink.pushes.clear();
        restless.subscribe("b");
        assertEquals(1, watcher.sink.pushes.size());
    }

    @Test
    void shouldListMembersUpToItsLimitAndCountThemBeyond() {
        for (int i = 1; i < MEMBERS_MAX; i++) {
            subscriber("a");
        }
        assertEquals(MEMBERS_MAX, members().members().size());
        harness.engine.stateQuery(1, StateKind.PRESENCE, "a");
        harness.run();
        assertEquals(MEMBERS_MAX, harness.engine.entries.size());
        harness.engine.entries.clear();

        final ShardHarness.Client extra = subscriber("a");
        final long id = watcher.offer(new ClientCommand.Presence(watcher.nextId(), "a"));
        assertEquals(ClientError.LIMIT_EXCEEDED, watcher.sink.error(id));
        assertEquals(
                "the topic has 9 subscribers and at most 8 are listed: ask presence_stats", watcher.sink.detail(id));
        assertEquals(new Reply.PresenceCounts(9, 9), counts("a"));
        harness.engine.stateQuery(2, StateKind.PRESENCE, "a");
        harness.run();
        assertEquals(List.of(new SimulatedEngine.Entry("", "", 9, 9, 9, 0)), harness.engine.entries);

        extra.session.close();
        harness.run();
        assertEquals(MEMBERS_MAX, members().members().size());
    }

    @Test
    void shouldCountClientsAndUsersAsTheyComeAndGo() {
        final SplittableRandom random = new SplittableRandom(11);
        final List<ShardHarness.Client> here = new ArrayList<>();
        final Map<ShardHarness.Client, String> users = new HashMap<>();
        int largest = 0;
        for (int step = 0; step < 600; step++) {
            // Grows beyond what is counted on demand, shrinks below it, and grows again.
            final boolean grows = step % 300 < 150 ? random.nextInt(4) > 0 : random.nextInt(4) == 0;
            if (grows || here.isEmpty()) {
                final String user = "user-" + random.nextInt(40);
                final ShardHarness.Client client = harness.client(user, "device-" + step);
                client.subscribe("crowd");
                users.put(client, user);
                here.add(client);
            } else {
                final ShardHarness.Client client = here.remove(random.nextInt(here.size()));
                users.remove(client);
                client.session.close();
                harness.run();
            }
            largest = Math.max(largest, here.size());
            final int different = (int) users.values().stream().distinct().count();
            assertEquals(new Reply.PresenceCounts(here.size(), different), counts("crowd"), "step " + step);
        }
        assertTrue(largest > Presence.SMALL_MAX, largest + " clients at most");
    }

    @Test
    void shouldRefuseLimitsThatMakeNoSense() {
        assertEquals(
                "membersMax is 1 to 10000, not 10001",
                assertThrows(IllegalArgumentException.class, () -> new PresenceLimits(0, 1, 10_001))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new PresenceLimits(-1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new PresenceLimits(0, 0, 1));
    }

    private ShardHarness.Client subscriber(final String topic) {
        final ShardHarness.Client client = harness.client();
        client.subscribe(topic);
        return client;
    }

    private Reply.PresenceMembers members() {
        final long id = watcher.offer(new ClientCommand.Presence(watcher.nextId(), "a"));
        return watcher.sink.reply(id, Reply.PresenceMembers.class);
    }

    private Reply counts(final String topic) {
        return watcher.sink.replies.get(watcher.offer(new ClientCommand.PresenceStats(watcher.nextId(), topic)));
    }
}
