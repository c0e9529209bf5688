package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ShardContextTest {

    @Test
    void shouldNameTheSettingThatIsWrong() {
        assertEquals("windowBytes is a power of two, not 65537", refusal(context -> context.windowBytes(65_537)));
        assertEquals("windowBytes is 65536 to 1073741824, not 1024", refusal(context -> context.windowBytes(1024)));
        assertEquals("shardId is 0 to 2147483647, not -1", refusal(context -> context.shardId(-1)));
        assertEquals("name has at most 255 bytes, not 300", refusal(context -> context.name("x".repeat(300))));
        assertEquals("recoverMessagesMax is 1 to 100000, not 0", refusal(context -> context.recoverMessagesMax(0)));
    }

    @Test
    void shouldBelongToOneShard() {
        final ShardContext[] used = new ShardContext[1];
        new ShardHarness(context -> used[0] = context);
        assertThrows(IllegalStateException.class, () -> new Shard(used[0]));
    }

    private static String refusal(final UnaryOperator<ShardContext> settings) {
        return assertThrows(IllegalArgumentException.class, () -> new ShardHarness(settings))
                .getMessage();
    }
}
