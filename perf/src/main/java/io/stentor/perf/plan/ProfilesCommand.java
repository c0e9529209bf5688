package io.stentor.perf.plan;

import io.stentor.perf.plan.profile.Profile;
import io.stentor.perf.plan.profile.ProfileException;
import io.stentor.perf.plan.profile.ShippedProfiles;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf profiles}. */
@Command(
        name = "profiles",
        description = "List the shipped profiles, print one to copy and edit, or check a file.",
        mixinStandardHelpOptions = true)
public final class ProfilesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "PROFILE",
            description = "One to print, or a file of your own to check. Without it, all are listed.")
    private String profile;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        try {
            if (profile == null) {
                list(out);
            } else if (ShippedProfiles.NAMES.contains(profile)) {
                out.print(ShippedProfiles.text(profile));
            } else {
                describe(out, ShippedProfiles.find(profile));
            }
        } catch (final ProfileException ex) {
            throw new ParameterException(spec.commandLine(), ex.getMessage(), ex);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private static void list(final PrintWriter out) throws ProfileException {
        for (final String name : ShippedProfiles.NAMES) {
            out.printf(
                    Locale.ROOT, "%-18s %s%n", name, ShippedProfiles.find(name).about());
        }
    }

    private static void describe(final PrintWriter out, final Profile found) {
        out.printf(
                Locale.ROOT,
                "%s: %s sends/s on average, %s sessions for each, %s connections at peak%n",
                found.name(),
                Quantity.count(found.sendsPerSecond()),
                Quantity.count(found.deliveriesPerSend()),
                Quantity.count(found.connectionsPeak()));
    }
}
