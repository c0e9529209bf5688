package io.stentor.fanout.directory;

import io.stentor.transport.wire.WatermarkKind;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far each user has received and read each topic: a watermark per (topic, user), never a row per message. Rebuilt from
 * the journal's watermark records. One thread, the one that follows the journal for the views.
 */
public final class WatermarkDirectory {

    /** In the order of their first watermarks, so that the same records make the same checkpoint. */
    private final Map<Owner, Long> watermarks = new LinkedHashMap<>();

    /**
     * One user's watermark, as a checkpoint keeps it.
     *
     * @param kind delivered or read.
     * @param topicId the topic.
     * @param user the account.
     * @param topicOffset everything up to it.
     */
    public record Watermark(WatermarkKind kind, long topicId, String user, long topicOffset) {}

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

    /**
     * All watermarks, in the order in which they first came; given to {@link #onWatermark} of an empty directory in that
     * order, they make an equal one. The directory takes none meanwhile.
     */
    public Iterator<Watermark> watermarks() {
        final Iterator<Map.Entry<Owner, Long>> entries = watermarks.entrySet().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Watermark next() {
                final Map.Entry<Owner, Long> entry = entries.next();
                final Owner owner = entry.getKey();
                return new Watermark(owner.kind, owner.topicId, owner.user, entry.getValue());
            }
        };
    }

    /** How many watermarks there are. */
    public int size() {
        return watermarks.size();
    }

    private record Owner(WatermarkKind kind, long topicId, String user) {}
}
