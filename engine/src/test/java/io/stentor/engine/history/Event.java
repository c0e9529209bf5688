package io.stentor.engine.history;

import io.stentor.transport.wire.Epoch;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a history.
 *
 * @param actor who wrote it.
 * @param line its number in the actor's file, from 1.
 * @param timeNs when: nanoseconds of a monotonic clock that all actors share.
 * @param values the fields, in the order of {@link EventKind#fields}.
 */
record Event(String actor, int line, long timeNs, EventKind kind, List<String> values) {

    static Event parse(final String actor, final int line, final String text) {
        final List<String> words = new ArrayList<>(List.of(text.split(" ")));
        if (words.size() < 2) {
            throw new IllegalArgumentException(actor + ":" + line + ": not an event: " + text);
        }
        final long timeNs = Long.parseLong(words.remove(0));
        final EventKind kind = EventKind.valueOf(words.remove(0));
        if (words.size() != kind.fields().size()) {
            throw new IllegalArgumentException(actor + ":" + line + ": " + kind + " has the fields " + kind.fields()
                    + ", not " + words.size() + ": " + text);
        }
        return new Event(actor, line, timeNs, kind, List.copyOf(words));
    }

    static String format(final long timeNs, final EventKind kind, final Object... values) {
        if (values.length != kind.fields().size()) {
            throw new IllegalArgumentException(kind + " has the fields " + kind.fields() + ", not " + values.length);
        }
        final StringBuilder text =
                new StringBuilder(96).append(timeNs).append(' ').append(kind);
        for (final Object value : values) {
            final String word = String.valueOf(value);
            if (word.isEmpty() || word.indexOf(' ') >= 0 || word.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("not one word: '" + word + "'");
            }
            text.append(' ').append(word);
        }
        return text.append('\n').toString();
    }

    String field(final String name) {
        final int at = kind.fields().indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException(kind + " has no field " + name);
        }
        return values.get(at);
    }

    String topic() {
        return field("topic");
    }

    long offset() {
        return Long.parseLong(field("offset"));
    }

    long term() {
        final Epoch epoch = Epoch.parse(field("epoch"));
        if (epoch == null) {
            throw new IllegalArgumentException("not an epoch: " + this);
        }
        return epoch.term();
    }

    @Override
    public String toString() {
        return actor + ":" + line + ": " + timeNs + " " + kind + " " + String.join(" ", values);
    }
}
