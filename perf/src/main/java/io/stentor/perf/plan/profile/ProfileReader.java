package io.stentor.perf.plan.profile;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads profiles, and says of a bad one which line is wrong and how. Stateless. */
public final class ProfileReader {
    /** A profile has some four thousand characters. */
    private static final int LENGTH_MAX = 1 << 20;

    private static final double RECIPIENTS_MAX = 1e9;
    private static final double MEMBERS_MAX = 1e7;
    private static final double PAYLOAD_MAX = 65_536;
    private static final double HOURS_MAX = 24 * 366 * 10;
    private static final double FACTOR_MAX = 100_000;
    private static final int ROWS_MAX = 64;

    private static final Pattern ROW_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,31}");

    /** Shares are written with a few digits. */
    private static final double SUM_TOLERANCE = 1e-6;

    private static final String ABOUT = "about";
    private static final String GROUP_SIZES = "groupSizes";
    private static final String MIX = "mix";
    private static final String SHARE = "share";
    private static final String MEMBERS = "members";
    private static final String LENGTH = "length";
    private static final String PAYLOAD = "payload";
    private static final String RECIPIENTS = "recipients";
    private static final String GROUPS = "groups";
    private static final String CLASS = "class";
    private static final String LEVEL = "level";
    private static final String OFFLINE_SHARE = Figure.OFFLINE_SHARE.key();
    private static final String RETAIN_HOURS = "retainHours";
    private static final String SPIKE_FACTOR = "spikeFactor";

    private static final List<String> KEYS = Stream.concat(
                    Stream.of(ABOUT, GROUP_SIZES, MIX),
                    Arrays.stream(Figure.values()).map(Figure::key))
            .toList();
    private static final List<String> ROW_KEYS =
            List.of(CLASS, LEVEL, SHARE, PAYLOAD, RECIPIENTS, OFFLINE_SHARE, RETAIN_HOURS, SPIKE_FACTOR);

    private static final List<DeliveryClass> CLASSES = Arrays.stream(DeliveryClass.values())
            .filter(value -> value != DeliveryClass.NULL_VAL && value != DeliveryClass.SBE_UNKNOWN)
            .toList();

    /** What one engine reaches by itself. */
    private static final List<AckLevel> LEVELS =
            List.of(AckLevel.NONE, AckLevel.ACCEPTED, AckLevel.JOURNALED, AckLevel.SYNCED);

    private ProfileReader() {}

    /**
     * Reads a file.
     *
     * @throws ProfileException if there is none, it cannot be read, or it is no profile.
     */
    public static Profile read(final Path file) throws ProfileException {
        final String label = String.valueOf(file.getFileName());
        try {
            if (Files.size(file) > LENGTH_MAX) {
                throw new ProfileException("profile " + file + ": longer than " + LENGTH_MAX + " bytes");
            }
            return parse(label, Files.readString(file));
        } catch (final MalformedInputException ex) {
            throw new ProfileException("profile " + file + ": not a text in UTF-8");
        } catch (final IOException ex) {
            throw new ProfileException("profile " + file + ": cannot be read: " + ex.getMessage());
        }
    }

    /**
     * Reads a text.
     *
     * @param label that stands for it in errors; without {@code .yaml} it is the profile's name.
     * @throws ProfileException if it is no profile.
     */
    public static Profile parse(final String label, final String text) throws ProfileException {
        final YamlMapping root = YamlMapping.of(label, "", compose(label, text));
        root.requireKnown(KEYS);
        final Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        for (final Figure figure : Figure.values()) {
            figures.put(figure, root.number(figure.key(), figure.unit(), figure.min(), figure.max()));
        }
        requireOrder(root, figures, Figure.ONLINE_SHARE, Figure.ONLINE_SHARE_PEAK);
        requireOrder(root, figures, Figure.PEAK_FACTOR, Figure.FESTIVAL_FACTOR);
        final List<GroupSize> groupSizes = groupSizes(root);
        return new Profile(
                label.replaceFirst("\\.ya?ml$", ""),
                root.text(ABOUT),
                figures,
                groupSizes,
                mix(root, !groupSizes.isEmpty()));
    }

    private static Node compose(final String label, final String text) throws ProfileException {
        try {
            final LoadSettings settings = LoadSettings.builder()
                    .setLabel(label)
                    .setCodePointLimit(LENGTH_MAX)
                    .build();
            return new Compose(settings)
                    .composeString(text)
                    .orElseThrow(() -> new ProfileException("profile " + label + ": is empty"));
        } catch (final MarkedYamlEngineException ex) {
            final String line = ex.getProblemMark()
                    .map(Mark::getLine)
                    .map(number -> " line " + (number + 1))
                    .orElse("");
            throw new ProfileException("profile " + label + line + ": not YAML: " + ex.getProblem());
        } catch (final YamlEngineException ex) {
            throw new ProfileException("profile " + label + ": not YAML: " + ex.getMessage());
        }
    }

    private static void requireOrder(
            final YamlMapping root, final Map<Figure, Double> figures, final Figure least, final Figure most)
            throws ProfileException {
        if (figures.get(least) > figures.get(most)) {
            throw root.problem(
                    most.key(),
                    "= " + YamlMapping.plain(figures.get(most)) + " is below " + least.key() + " = "
                            + YamlMapping.plain(figures.get(least)));
        }
    }

    private static List<GroupSize> groupSizes(final YamlMapping root) throws ProfileException {
        if (!root.has(GROUP_SIZES)) {
            return List.of();
        }
        final List<GroupSize> sizes = new ArrayList<>();
        for (final YamlMapping each : root.mappings(GROUP_SIZES)) {
            each.requireKnown(List.of(MEMBERS, SHARE));
            sizes.add(
                    new GroupSize(each.number(MEMBERS, MEMBERS, 2, MEMBERS_MAX), share(each, "of messages to groups")));
        }
        requireWhole(
                root, GROUP_SIZES, sizes.stream().mapToDouble(GroupSize::share).sum());
        return sizes;
    }

    private static List<MixRow> mix(final YamlMapping root, final boolean hasGroups) throws ProfileException {
        final YamlMapping mix = root.mapping(MIX);
        final List<MixRow> rows = new ArrayList<>();
        for (final String name : mix.keys()) {
            if (!ROW_NAME.matcher(name).matches()) {
                throw mix.problem(
                        name, "is no name of a row, which topics are called by: letters, digits and -, up to 32");
            }
            rows.add(row(name, mix.mapping(name), hasGroups));
        }
        if (rows.isEmpty() || rows.size() > ROWS_MAX) {
            throw root.problem(MIX, "has " + rows.size() + " rows, which is not within 1.." + ROWS_MAX);
        }
        requireWhole(root, MIX, rows.stream().mapToDouble(MixRow::share).sum());
        return rows;
    }

    private static MixRow row(final String name, final YamlMapping row, final boolean hasGroups)
            throws ProfileException {
        row.requireKnown(ROW_KEYS);
        return new MixRow(
                name,
                contract(row),
                share(row, "of sends"),
                recipients(row, hasGroups),
                payloads(row),
                row.has(SPIKE_FACTOR) ? row.number(SPIKE_FACTOR, "times the mean", 1, FACTOR_MAX) : null);
    }

    private static Contract contract(final YamlMapping row) throws ProfileException {
        final DeliveryClass deliveryClass = row.choice(CLASS, CLASSES);
        final AckLevel level = row.has(LEVEL) ? row.choice(LEVEL, LEVELS) : Contract.defaultLevel(deliveryClass);
        if (Contract.isJournaled(deliveryClass)) {
            return new Contract(deliveryClass, level, row.number(RETAIN_HOURS, "h", 0, HOURS_MAX));
        }
        if (level == AckLevel.JOURNALED || level == AckLevel.SYNCED) {
            throw row.problem(LEVEL, "= " + level + ", and no " + deliveryClass + " is ever in the journal");
        }
        if (row.has(RETAIN_HOURS)) {
            throw row.problem(RETAIN_HOURS, "is given, and no " + deliveryClass + " is kept");
        }
        return new Contract(deliveryClass, level, 0);
    }

    private static Recipients recipients(final YamlMapping row, final boolean hasGroups) throws ProfileException {
        final Double offline = row.has(OFFLINE_SHARE) ? row.number(OFFLINE_SHARE, "of recipients", 0, 1) : null;
        if (!row.isWord(RECIPIENTS, GROUPS)) {
            return new Recipients(false, row.number(RECIPIENTS, "users, or 'groups'", 0, RECIPIENTS_MAX), offline);
        }
        if (!hasGroups) {
            throw row.problem(RECIPIENTS, "= groups, and the profile has no " + GROUP_SIZES);
        }
        return new Recipients(true, 0, offline);
    }

    private static List<PayloadSize> payloads(final YamlMapping row) throws ProfileException {
        if (!row.isList(PAYLOAD)) {
            return List.of(new PayloadSize((int) row.number(PAYLOAD, "bytes", 1, PAYLOAD_MAX), 1));
        }
        final List<PayloadSize> sizes = new ArrayList<>();
        for (final YamlMapping each : row.mappings(PAYLOAD)) {
            each.requireKnown(List.of(LENGTH, SHARE));
            sizes.add(new PayloadSize(
                    (int) each.number(LENGTH, "bytes", 1, PAYLOAD_MAX), share(each, "of the row's messages")));
        }
        requireWhole(
                row, PAYLOAD, sizes.stream().mapToDouble(PayloadSize::share).sum());
        return sizes;
    }

    private static double share(final YamlMapping mapping, final String of) throws ProfileException {
        return mapping.number(SHARE, of, 0, 1);
    }

    private static void requireWhole(final YamlMapping mapping, final String key, final double sum)
            throws ProfileException {
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw mapping.problem(
                    key, "has shares that sum to " + YamlMapping.plain(Math.round(sum * 1e6) / 1e6) + " instead of 1");
        }
    }
}
