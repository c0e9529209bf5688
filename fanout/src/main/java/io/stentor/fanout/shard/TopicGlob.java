package io.stentor.fanout.shard;

/** A pattern of topic names: {@code *} stands for any characters, {@code ?} for one. Any thread. */
record TopicGlob(String pattern) {

    /** True when the whole name matches; an empty pattern matches every name. */
    boolean matches(final String name) {
        if (pattern.isEmpty()) {
            return true;
        }
        int at = 0;
        int in = 0;
        int star = -1;
        int resume = 0;
        while (at < name.length()) {
            if (in < pattern.length() && pattern.charAt(in) == '*') {
                star = in++;
                resume = at;
            } else if (in < pattern.length() && (pattern.charAt(in) == '?' || pattern.charAt(in) == name.charAt(at))) {
                in++;
                at++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
    }
}
