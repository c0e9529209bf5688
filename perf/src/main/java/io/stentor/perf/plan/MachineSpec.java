package io.stentor.perf.plan;

import io.stentor.perf.result.Environment;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A machine of the planned fleet. What is not known is null.
 *
 * @param cores of it.
 * @param memoryBytes of it.
 * @param diskBytes for the journal.
 * @param networkBitsPerSecond in each direction.
 */
record MachineSpec(Integer cores, Double memoryBytes, Double diskBytes, Double networkBitsPerSecond) {

    static final MachineSpec UNKNOWN = new MachineSpec(null, null, null, null);

    /** How {@link #parse} wants it. */
    static final String FORM = "CORES,MEMORY,DISK,NETWORK like 16,64GiB,4TB,25Gbit, with - for what was measured";

    private static final int CORES_MAX = 4_096;
    private static final int PARTS = 4;
    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)([A-Za-z]{1,6})");

    /**
     * Reads what a person wrote.
     *
     * @throws IllegalArgumentException saying which part is wrong and how.
     */
    static MachineSpec parse(final String text) {
        final String[] parts = text.split(",", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException(
                    "'" + text + "' has " + parts.length + " parts instead of " + PARTS + ": " + FORM);
        }
        return new MachineSpec(
                cores(parts[0].strip()),
                quantity("memory", parts[1].strip(), MachineSpec::bytes, "like 64GiB or 64GB"),
                quantity("disk", parts[2].strip(), MachineSpec::bytes, "like 4TB or 500GB"),
                quantity("network", parts[3].strip(), MachineSpec::bits, "like 25Gbit or 1000Mbit"));
    }

    /** This machine, with what it does not say taken from one that was measured. */
    MachineSpec or(final Environment measured) {
        return new MachineSpec(
                cores == null ? Integer.valueOf(measured.cores()) : cores,
                memoryBytes == null ? Double.valueOf((double) measured.memoryBytes()) : memoryBytes,
                diskBytes == null && measured.freeBytes() > 0
                        ? Double.valueOf((double) measured.freeBytes())
                        : diskBytes,
                networkBitsPerSecond);
    }

    @Override
    public String toString() {
        return (cores == null ? "cores not known" : cores + " cores")
                + ", " + (memoryBytes == null ? "memory not known" : Quantity.binaryBytes(memoryBytes) + " memory")
                + ", " + (diskBytes == null ? "disk not known" : Quantity.bytes(diskBytes) + " disk")
                + ", "
                + (networkBitsPerSecond == null
                        ? "network not known"
                        : Quantity.bits(networkBitsPerSecond) + " network");
    }

    private static Integer cores(final String text) {
        if (text.equals("-")) {
            return null;
        }
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > CORES_MAX) {
            throw new IllegalArgumentException("cores '" + text + "' is not within 1.." + CORES_MAX);
        }
        return Integer.valueOf(text);
    }

    private interface Unit {
        /** What a unit is worth; NaN if there is no such unit. */
        double of(String unit);
    }

    private static Double quantity(final String name, final String text, final Unit units, final String form) {
        if (text.equals("-")) {
            return null;
        }
        final Matcher matcher = QUANTITY.matcher(text);
        final double unit = matcher.matches() ? units.of(matcher.group(2).toLowerCase(Locale.ROOT)) : Double.NaN;
        final double value = Double.isNaN(unit) ? Double.NaN : Double.parseDouble(matcher.group(1)) * unit;
        if (!(value > 0)) {
            throw new IllegalArgumentException(name + " '" + text + "' is no amount " + form);
        }
        return value;
    }

    private static double bytes(final String unit) {
        return switch (unit) {
            case "mib" -> 0x1p20;
            case "gib" -> 0x1p30;
            case "tib" -> 0x1p40;
            case "mb" -> 1e6;
            case "gb" -> 1e9;
            case "tb" -> 1e12;
            default -> Double.NaN;
        };
    }

    private static double bits(final String unit) {
        return switch (unit) {
            case "mbit" -> 1e6;
            case "gbit" -> 1e9;
            default -> Double.NaN;
        };
    }
}
