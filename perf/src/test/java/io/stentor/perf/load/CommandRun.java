package io.stentor.perf.load;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Runs the command in this process and keeps what it said. */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(final PathLauncher launcher, final String... args) {
        return of(launcher, UnaryOperator.identity(), args);
    }

    static CommandRun of(final PathLauncher launcher, final UnaryOperator<DeliveryListener> tap, final String... args) {
        return of(launcher, tap, SystemNanoClock.INSTANCE, args);
    }

    static CommandRun of(
            final PathLauncher launcher,
            final UnaryOperator<DeliveryListener> tap,
            final NanoClock clock,
            final String... args) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = Main.commandLine(new Rig(launcher, tap, clock))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /** Leaves out the delivery of this number, counted from 1. */
    static UnaryOperator<DeliveryListener> dropping(final int delivery) {
        return listener -> new DeliveryListener() {
            private int deliveries;

            @Override
            public void onDelivery(
                    final long topicId,
                    final long offset,
                    final org.agrona.DirectBuffer buffer,
                    final int index,
                    final int length) {
                if (++deliveries != delivery) {
                    listener.onDelivery(topicId, offset, buffer, index, length);
                }
            }
        };
    }
}
