package io.stentor.transport.wire;

/**
 * The rule for a topic's name, held at every edge: 1 to 255 printable ASCII characters without blanks.
 *
 * <p>Printable ASCII, so that a name reads the same in a log line, a URL, an MQTT filter and a terminal; 255, so that its
 * length is one byte on the wire and on disk.
 */
public final class TopicName {

    /** The most characters, and bytes, of a name. */
    public static final int LENGTH_MAX = 255;

    private TopicName() {}

    /**
     * Checks a name.
     *
     * @param name the name as it came from outside.
     * @return what is wrong with it, in plain words; null when it is valid.
     */
    public static String problem(final CharSequence name) {
        if (name == null || name.length() == 0) {
            return "a topic's name is empty";
        }
        if (name.length() > LENGTH_MAX) {
            return "a topic's name has at most " + LENGTH_MAX + " characters, not " + name.length();
        }
        for (int i = 0; i < name.length(); i++) {
            final char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                return "a topic's name has printable ASCII characters only, not U+" + String.format("%04X", (int) c)
                        + " at " + i;
            }
        }
        return null;
    }

    /**
     * Refuses an invalid name.
     *
     * @param name the name.
     * @throws IllegalArgumentException saying what is wrong with it.
     */
    public static void validate(final CharSequence name) {
        final String problem = problem(name);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }
}
