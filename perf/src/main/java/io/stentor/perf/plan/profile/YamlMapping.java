package io.stentor.perf.plan.profile;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Keys and values of one mapping of a file, each with its line, so that whatever is wrong can be pointed at. */
final class YamlMapping {
    /** Longest text that a message repeats. */
    private static final int QUOTE_MAX = 40;

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?");

    private final String label;
    private final String prefix;
    private final Node node;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();

    private YamlMapping(final String label, final String prefix, final MappingNode node) {
        this.label = label;
        this.prefix = prefix;
        this.node = node;
    }

    /**
     * Reads the keys.
     *
     * @param label of the profile.
     * @param name of the mapping, empty for the whole file.
     * @param node that should be one.
     * @throws ProfileException if it is none, or a key stands in it twice.
     */
    static YamlMapping of(final String label, final String name, final Node node) throws ProfileException {
        if (!(node instanceof final MappingNode mapping)) {
            throw problem(label, node, (name.isEmpty() ? "a profile" : name) + " must be a list of 'key: value'");
        }
        final YamlMapping made = new YamlMapping(label, name.isEmpty() ? "" : name + ".", mapping);
        for (final NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof final ScalarNode key)) {
                throw problem(label, entry.getKeyNode(), "a key must be a word");
            }
            if (made.entries.put(key.getValue(), entry) != null) {
                throw problem(label, key, "key '" + made.prefix + key.getValue() + "' is there twice");
            }
        }
        return made;
    }

    Set<String> keys() {
        return entries.keySet();
    }

    boolean has(final String key) {
        return entries.containsKey(key);
    }

    void requireKnown(final Collection<String> known) throws ProfileException {
        for (final Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw problem(
                        label,
                        entry.getValue().getKeyNode(),
                        "unknown key '" + prefix + entry.getKey() + "'" + NearestName.hint(entry.getKey(), known));
            }
        }
    }

    String text(final String key) throws ProfileException {
        return scalar(key, "a text").getValue();
    }

    /** Whether the value is this word. */
    boolean isWord(final String key, final String word) {
        final NodeTuple entry = entries.get(key);
        return entry != null
                && entry.getValueNode() instanceof final ScalarNode scalar
                && scalar.getValue().equals(word);
    }

    boolean isList(final String key) {
        final NodeTuple entry = entries.get(key);
        return entry != null && entry.getValueNode() instanceof SequenceNode;
    }

    double number(final String key, final String unit, final double min, final double max) throws ProfileException {
        final String expected = "a number, " + unit + ", " + plain(min) + ".." + plain(max);
        final ScalarNode scalar = scalar(key, expected);
        final String text = scalar.getValue();
        if (!scalar.isPlain() || !NUMBER.matcher(text).matches()) {
            throw problem(key, "'" + quote(text) + "' is not a number (" + unit + ")");
        }
        final double value = Double.parseDouble(text);
        if (!(value >= min && value <= max)) {
            throw problem(
                    label,
                    scalar,
                    prefix + key + "=" + text + " " + unit + " is not within " + plain(min) + ".." + plain(max));
        }
        return value;
    }

    <E extends Enum<E>> E choice(final String key, final List<E> allowed) throws ProfileException {
        final List<String> names = allowed.stream().map(Enum::name).toList();
        final String text = scalar(key, "one of " + names).getValue();
        for (final E value : allowed) {
            if (value.name().equals(text)) {
                return value;
            }
        }
        throw problem(key, "'" + quote(text) + "' is none of " + names + NearestName.hint(text, names));
    }

    /** The mapping under a key. */
    YamlMapping mapping(final String key) throws ProfileException {
        return of(label, prefix + key, value(key, "a list of 'key: value'"));
    }

    /** The list of mappings under a key, which must not be empty. */
    List<YamlMapping> mappings(final String key) throws ProfileException {
        final Node list = value(key, "a list");
        if (!(list instanceof final SequenceNode sequence)
                || sequence.getValue().isEmpty()) {
            throw problem(key, "must be a list with at least one entry");
        }
        final List<YamlMapping> made = new ArrayList<>();
        for (final Node each : sequence.getValue()) {
            made.add(of(label, prefix + key, each));
        }
        return made;
    }

    /** What is wrong with a key's value. */
    ProfileException problem(final String key, final String what) {
        final NodeTuple entry = entries.get(key);
        return problem(label, entry == null ? node : entry.getValueNode(), prefix + key + " " + what);
    }

    static ProfileException problem(final String label, final Node where, final String what) {
        final String line = where.getStartMark()
                .map(mark -> " line " + (mark.getLine() + 1))
                .orElse("");
        return new ProfileException("profile " + label + line + ": " + what);
    }

    /** A number as a person writes it. */
    static String plain(final double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private ScalarNode scalar(final String key, final String expected) throws ProfileException {
        if (value(key, expected) instanceof final ScalarNode scalar) {
            return scalar;
        }
        throw problem(key, "must be " + expected);
    }

    private Node value(final String key, final String expected) throws ProfileException {
        final NodeTuple entry = entries.get(key);
        if (entry == null) {
            throw problem(label, node, String.format(Locale.ROOT, "key '%s%s' is missing: %s", prefix, key, expected));
        }
        return entry.getValueNode();
    }

    private static String quote(final String text) {
        return text.length() <= QUOTE_MAX ? text : text.substring(0, QUOTE_MAX) + "...";
    }
}
