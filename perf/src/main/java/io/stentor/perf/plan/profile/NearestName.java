package io.stentor.perf.plan.profile;

import java.util.Collection;
import java.util.Locale;

/** Finds what somebody may have meant. Stateless. */
final class NearestName {
    /** More letters that differ than this share of the longer word, and it is another word. */
    private static final double DIFFERENT = 0.5;

    private NearestName() {}

    /** {@code , did you mean 'x'?}, or nothing when no name is near. */
    static String hint(final String given, final Collection<String> names) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (final String name : names) {
            final int distance = distance(given.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = name;
            }
        }
        if (nearest == null || least > DIFFERENT * Math.max(given.length(), nearest.length())) {
            return "";
        }
        return ", did you mean '" + nearest + "'?";
    }

    /** Letters to insert, delete or replace (Levenshtein). */
    static int distance(final String a, final String b) {
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            final int[] now = new int[b.length() + 1];
            now[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(replaced, Math.min(before[j], now[j - 1]) + 1);
            }
            before = now;
        }
        return before[b.length()];
    }
}
