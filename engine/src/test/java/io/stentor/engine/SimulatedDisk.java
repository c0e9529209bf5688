package io.stentor.engine;

import io.stentor.engine.history.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A model of a device and of what lies before it: records that were written, and how many of them were forced. A kill
 * keeps what was written, a power cut what was forced and any prefix of the rest. One thread.
 */
public final class SimulatedDisk {

    private final List<byte[]> written = new ArrayList<>();
    private int forced;

    public void write(final byte[] record) {
        written.add(record);
    }

    public void force() {
        forced = written.size();
    }

    public int forced() {
        return forced;
    }

    public int size() {
        return written.size();
    }

    public byte[] record(final int at) {
        return written.get(at);
    }

    /** What is left when this happens: a disk of its own, since the process that dies may still write to this one. */
    public SimulatedDisk after(final Fault fault, final Random random) {
        final int unforced = written.size() - forced;
        // Mostly nothing of it: a device is seldom asked to write before it is told to.
        final int luck = random.nextBoolean() ? random.nextInt(unforced + 1) : 0;
        final int kept = fault == Fault.POWER_CUT ? forced + luck : written.size();
        final SimulatedDisk left = new SimulatedDisk();
        left.written.addAll(written.subList(0, kept));
        left.force();
        return left;
    }
}
