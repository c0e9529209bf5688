package io.stentor.fanout.directory;

import io.stentor.transport.wire.WatermarkKind;
import java.util.HashMap;
import java.util.Map;

/**
 * How far each user has received and read each topic: a watermark per (topic, user), never a row per message. Rebuilt from
 * the journal's watermark records. One thread, the one that follows the journal for the views.
 */
public final class WatermarkDirectory {

    private final Map<Owner, Long> watermarks = new HashMap<>();

    /**
     * Takes a watermark. One that would go back is ignored.
     *
     * @param kind delivered or read.
     * @param topicId the topic.
     * @param user the account.
     * @param topicOffset everything up to it.
     */
    public void onWatermark(final WatermarkKind kind, final long topicId, final String user, final long topicOffset) {
        watermarks.merge(new Owner(kind, topicId, user), topicOffset, Math::max);
    }

    /**
     * A user's watermark in a topic.
     *
     * @return the offset up to which the user has received or read; 0 when there is none.
     */
    public long watermarkOf(final WatermarkKind kind, final long topicId, final String user) {
        return watermarks.getOrDefault(new Owner(kind, topicId, user), 0L);
    }

    private record Owner(WatermarkKind kind, long topicId, String user) {}
}
