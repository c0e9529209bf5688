package io.stentor.engine.simulation;

import io.stentor.engine.pipeline.MessageParts;
import io.stentor.engine.pipeline.ReceiptSink;
import io.stentor.engine.pipeline.RingEntry;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.ResultCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A publisher beside the engine, of chats and payments; when the engine dies it repeats what it has no answer to, under the
 * same ids. One thread.
 */
final class Backend {

    private static final String NAME = "backend";
    private static final int UNDER_WAY_MAX = 20;

    private static final class Post implements ReceiptSink {
        private final SimulatedTier tier;
        private final String topic;
        private final DeliveryClass deliveryClass;
        private final String id;
        private final String payload;
        private final AckLevel level;
        private EngineNode offeredTo;
        private boolean answered;

        Post(
                final SimulatedTier tier,
                final String topic,
                final DeliveryClass deliveryClass,
                final int number,
                final String payload,
                final AckLevel level) {
            this.tier = tier;
            this.topic = topic;
            this.deliveryClass = deliveryClass;
            this.id = "id-" + number;
            this.payload = payload;
            this.level = level;
        }

        @Override
        public void onReceipt(
                final long correlationId,
                final ResultCode code,
                final AckLevel reached,
                final long topicId,
                final long sequence,
                final long topicOffset) {
            Ledger.require(
                    code == ResultCode.OK || code == ResultCode.REPEATED, NAME + " was told of " + id + ": " + code);
            tier.acknowledged(NAME, topic, topicOffset, payload, reached);
            tier.covered(code == ResultCode.OK ? Coverage.PUBLISH_ANSWERED : Coverage.REPEAT_ANSWERED);
            answered = true;
        }
    }

    private final SimulatedTier tier;
    private final SplittableRandom random;
    private final List<Post> posts = new ArrayList<>();
    private final MessageParts parts = new MessageParts();

    Backend(final SimulatedTier tier, final SplittableRandom random) {
        this.tier = tier;
        this.random = random;
    }

    void step(final boolean calm) {
        posts.removeIf(post -> post.answered);
        for (int i = random.nextInt(6) == 0 && !calm ? random.nextInt(5) : 0;
                i > 0 && posts.size() < UNDER_WAY_MAX;
                i--) {
            posts.add(newPost());
        }
        for (final Post post : posts) {
            if (post.offeredTo != tier.engine() && tier.engine() != null) {
                offer(post);
            }
        }
    }

    /** True when it knows what became of all that it has published. */
    boolean isIdle() {
        return posts.stream().allMatch(post -> post.answered);
    }

    private Post newPost() {
        final int number = tier.nextMessage();
        final boolean payment = random.nextInt(4) == 0;
        final AckLevel level = switch (random.nextInt(5)) {
            case 0 -> AckLevel.SYNCED;
            case 1 -> AckLevel.JOURNALED;
            default -> AckLevel.NONE;
        };
        return new Post(
                tier,
                payment ? tier.paymentTopic(random) : tier.chatTopic(random),
                payment ? DeliveryClass.PAYMENT : DeliveryClass.CHAT,
                number,
                tier.payload(number, random),
                level);
    }

    private void offer(final Post post) {
        final UnsafeBuffer sender = ascii(NAME);
        final UnsafeBuffer id = ascii(post.id);
        final UnsafeBuffer payload = ascii(post.payload);
        parts.clear()
                .topic(tier.engine().pipeline().topics().intern(post.topic))
                .attributes(post.deliveryClass, 0, 0)
                .level(post.level)
                .sender(sender, 0, sender.capacity())
                .messageId(id, 0, id.capacity())
                .payload(payload, 0, payload.capacity())
                .receipt(post, 0);
        final long ticket = tier.engine().pipeline().entry().offer(parts);
        Ledger.require(
                ticket > 0 || ticket == RingEntry.BACK_PRESSURED, NAME + " was refused " + post.id + ": " + ticket);
        if (ticket > 0) {
            post.offeredTo = tier.engine();
        }
    }

    private static UnsafeBuffer ascii(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }
}
