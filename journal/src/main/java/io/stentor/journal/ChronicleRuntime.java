package io.stentor.journal;

import java.util.concurrent.atomic.AtomicBoolean;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.onoes.NullExceptionHandler;

/**
 * Tames Chronicle before the first of its classes loads: it must not report to an outside service, print, or log.
 *
 * <p>These are settings of the whole JVM, because Chronicle has no others. What it would log as a warning (a forced
 * unlock, a slow roll, little disk space) is either what this module does on purpose or what it detects by itself.
 */
final class ChronicleRuntime {
    private static final AtomicBoolean PREPARED = new AtomicBoolean();

    private ChronicleRuntime() {}

    static void prepare() {
        if (PREPARED.compareAndSet(false, true)) {
            // Read once, in static initialisers.
            System.setProperty("chronicle.analytics.disable", "true");
            System.setProperty("chronicle.announcer.disable", "true");
            System.setProperty("chronicle.disk.monitor.disable", "true");
            NullExceptionHandler silent = NullExceptionHandler.NOTHING;
            Jvm.setExceptionHandlers(silent, silent, silent, silent);
        }
    }
}
