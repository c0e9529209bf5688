package io.stentor.transport.wire;

/**
 * What a client holds beside an offset: {@code LOG.TERM}, the log's id in base 36, unsigned, and the term in decimal. A
 * position is good if its log is the topic's log and its offset is not beyond the topic's last one before the first term
 * after its own began.
 *
 * @param logId the log's id; never 0.
 * @param term the term in which the position was given; never negative.
 */
public record Epoch(long logId, long term) {

    private static final int LOG_RADIX = 36;

    /** The longest text of an epoch: 13 digits of base 36 (64 bits), a dot, 19 decimal digits (63 bits). */
    public static final int LENGTH_MAX = 13 + 1 + 19;

    /**
     * Writes an epoch.
     *
     * @param logId the log's id.
     * @param term the term.
     * @return {@code LOG.TERM}.
     */
    public static String format(final long logId, final long term) {
        return Long.toUnsignedString(logId, LOG_RADIX) + '.' + term;
    }

    /**
     * Reads an epoch as it came from outside.
     *
     * @param text the client's text.
     * @return the epoch, or null when {@link #format} never wrote such a text.
     */
    public static Epoch parse(final String text) {
        final int dot = text.indexOf('.');
        if (dot <= 0 || text.length() > LENGTH_MAX) {
            return null;
        }
        try {
            final Epoch epoch = new Epoch(
                    Long.parseUnsignedLong(text.substring(0, dot), LOG_RADIX), Long.parseLong(text.substring(dot + 1)));
            return epoch.logId != 0 && text.equals(epoch.text()) ? epoch : null;
        } catch (final NumberFormatException ex) {
            return null;
        }
    }

    /** The epoch as clients see it. */
    public String text() {
        return format(logId, term);
    }
}
