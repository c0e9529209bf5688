package io.stentor.perf.plan;

import io.stentor.perf.result.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What must be said beside an answer. Stateless. */
final class Caveats {
    /** Up to this much longer than those measured, payloads are taken for equally long. */
    private static final double LONGER = 1.1;

    private Caveats() {}

    /** What makes the answer less, or more, than it seems. */
    static List<String> warnings(final Inputs inputs, final List<Curve> curves) {
        final List<String> warnings = new ArrayList<>();
        final Measure engine = inputs.evidence().engine();
        if (engine != null) {
            final Settings settings = engine.curve().result().settings();
            if (!EvidenceSearch.isReplicated(settings)) {
                warnings.add("LOWER BOUND: " + engine.file() + " was measured without replication, whose cost is not"
                        + " measured: groups of three will need more than this answer says");
            }
            if (EvidenceSearch.isSynced(settings)) {
                warnings.add("messages that need not be SYNCED are planned by " + engine.file() + ", which asked for "
                        + settings.level() + ": give a knee at JOURNALED to need fewer groups");
            }
            if (inputs.profile().payloadLength() > LONGER * settings.payloadLength()) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "payloads of %s have %.0f bytes on average, those of %s had %d: messages a second may be fewer",
                        inputs.profile().name(),
                        inputs.profile().payloadLength(),
                        engine.file(),
                        settings.payloadLength()));
            }
        }
        final Measure deliveries = inputs.evidence().deliveries();
        if (deliveries != null
                && !EvidenceSearch.isAtSockets(deliveries.curve().result().settings())) {
            warnings.add("LOWER BOUND: the deliveries of " + deliveries.file() + " ended in the rig's process, not at"
                    + " sockets, each of which costs more: give a run against a tier's address");
        }
        zones(warnings, inputs.zones());
        cores(warnings, inputs.machine().cores(), curves);
        return warnings;
    }

    /** What the answer has no figure for, because no kind of result has one. */
    static List<String> leftOut(final Inputs inputs, final Demand demand, final Sizing sizing) {
        final List<String> leftOut = new ArrayList<>();
        leftOut.add(String.format(
                Locale.ROOT,
                "an engine's memory: %s live topics a group",
                Quantity.count(Demand.liveTopics(inputs.profile()) / Math.max(1, sizing.groups()))));
        leftOut.add(String.format(
                Locale.ROOT,
                "reads of the journal: up to %s/s by devices that come back, %s/s by slow sessions",
                Quantity.count(demand.festival().laterReads()),
                Quantity.count(demand.festival().slowDeliveries())));
        leftOut.add("bots' and merchants' readers: each counts as a session that gets deliveries");
        leftOut.add("cursors and watermarks in the journal, which are written in batches, only the latest of each");
        leftOut.add("TLS: connections were measured without it");
        return leftOut;
    }

    private static void zones(final List<String> warnings, final int zones) {
        if (zones == 1) {
            warnings.add("--zones=1: nothing stands in for a zone that fails");
        } else if (zones == 2) {
            warnings.add(
                    "--zones=2: a group of three has two members in one of them, and cannot serve when that fails");
        }
    }

    private static void cores(final List<String> warnings, final Integer cores, final List<Curve> curves) {
        if (cores == null) {
            return;
        }
        for (final Curve curve : curves) {
            if (curve.cores() > cores) {
                warnings.add(curve.label() + " was measured with " + curve.cores() + " cores and a planned machine has "
                        + cores + ": nothing rests on it");
            } else if (curve.cores() < cores) {
                warnings.add(curve.label() + " was measured with " + curve.cores() + " cores and a planned machine has "
                        + cores + ": what more cores add is not measured, so each counts as one of " + curve.cores());
            }
        }
    }
}
