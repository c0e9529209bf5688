package io.stentor.engine.cli;

/** How the command logs: warnings and errors, one line each, on the standard error stream. */
final class LogSettings {

    private LogSettings() {}

    /** Applies the settings; before any other class asks for a logger. */
    static void apply() {
        set("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        set("org.slf4j.simpleLogger.logFile", "System.err");
        set("org.slf4j.simpleLogger.showDateTime", "true");
        set("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        set("org.slf4j.simpleLogger.showThreadName", "false");
        set("org.slf4j.simpleLogger.levelInBrackets", "true");
        // The journal reports what matters of its queue itself; the rest is chatter about affinity and e-mail lists.
        set("org.slf4j.simpleLogger.log.net.openhft", "error");
        // Netty looks for buffers that leak, which takes a twentieth of an event loop; the tests make it look at all of
        // them.
        set("io.netty.leakDetection.level", "disabled");
    }

    private static void set(final String key, final String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
