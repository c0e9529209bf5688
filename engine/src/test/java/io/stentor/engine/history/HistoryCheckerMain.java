package io.stentor.engine.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Judges the histories in directories; exits with 1 when a promise was broken. */
final class HistoryCheckerMain {

    private HistoryCheckerMain() {}

    public static void main(final String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: WINDOW_MS DIRECTORY...");
            System.exit(2);
        }
        final long windowNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[0]));
        boolean sound = true;
        for (int i = 1; i < args.length; i++) {
            final Verdict verdict = HistoryChecker.check(Path.of(args[i]), windowNs);
            System.out.println(args[i] + ": " + verdict);
            sound &= verdict.isSound();
        }
        System.exit(sound ? 0 : 1);
    }
}
