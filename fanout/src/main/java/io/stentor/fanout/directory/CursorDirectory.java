package io.stentor.fanout.directory;

import java.util.HashMap;
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

    private final Map<Owner, Long> cursors = new HashMap<>();

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

    private record Owner(String user, String device) {}
}
