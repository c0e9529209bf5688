package io.stentor.fanout.directory;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far each device has acknowledged the log: one sequence per device, monotone. Rebuilt from the journal's cursor
 * records. One thread, the one that follows the journal for the views.
 *
 * <p>An empty user marks the cursor of a follower of the log, the device being its name: no session has an empty user and
 * a device, so the two cannot meet.
 */
public final class CursorDirectory {

    /** The user under which followers of the log keep their cursors. */
    public static final String FOLLOWER_USER = "";

    /** In the order of their first cursors, so that the same records make the same checkpoint. */
    private final Map<Owner, Long> cursors = new LinkedHashMap<>();

    /**
     * One device's cursor, as a checkpoint keeps it.
     *
     * @param user the account.
     * @param device the installation.
     * @param sequence everything up to it is acknowledged.
     */
    public record Cursor(String user, String device, long sequence) {}

    /**
     * Takes a cursor. One that would go back is ignored.
     *
     * @param user the account.
     * @param device the installation.
     * @param sequence everything up to it is acknowledged.
     */
    public void onCursor(final String user, final String device, final long sequence) {
        cursors.merge(new Owner(user, device), sequence, Math::max);
    }

    /**
     * A device's cursor.
     *
     * @return the sequence up to which it has acknowledged; 0 when it never did.
     */
    public long cursorOf(final String user, final String device) {
        return cursors.getOrDefault(new Owner(user, device), 0L);
    }

    /**
     * All cursors of a user.
     *
     * @return a copy: device to sequence.
     */
    public Map<String, Long> cursorsOf(final String user) {
        final Map<String, Long> found = new HashMap<>();
        cursors.forEach((owner, sequence) -> {
            if (owner.user.equals(user)) {
                found.put(owner.device, sequence);
            }
        });
        return found;
    }

    /**
     * All cursors, in the order in which they first came; given to {@link #onCursor} of an empty directory in that order,
     * they make an equal one. The directory takes none meanwhile.
     */
    public Iterator<Cursor> cursors() {
        final Iterator<Map.Entry<Owner, Long>> entries = cursors.entrySet().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Cursor next() {
                final Map.Entry<Owner, Long> entry = entries.next();
                return new Cursor(entry.getKey().user, entry.getKey().device, entry.getValue());
            }
        };
    }

    /** How many devices have a cursor. */
    public int size() {
        return cursors.size();
    }

    private record Owner(String user, String device) {}
}
