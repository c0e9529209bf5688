package io.stentor.perf.plan;

import io.stentor.perf.load.Build;
import io.stentor.perf.load.Machine;
import io.stentor.perf.load.Writable;
import io.stentor.perf.plan.profile.Figure;
import io.stentor.perf.plan.profile.Profile;
import io.stentor.perf.plan.profile.ProfileException;
import io.stentor.perf.plan.profile.ShippedProfiles;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf plan}. */
@Command(
        name = "plan",
        description = "Say how large a fleet a profile's users need, by what was measured and nothing else.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the answer is whole",
            "1:error: a result cannot be used, or a figure that the answer needs is in none",
            "2:wrong command line or profile"
        })
public final class PlanCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Override
    public Integer call() throws Exception {
        final String problem = options.problem();
        if (problem != null) {
            throw new ParameterException(spec.commandLine(), problem);
        }
        Writable.require(spec, "--json", options.json);
        final Profile profile = profile();
        final MachineSpec asked = machine();
        final List<Curve> curves = Curves.read(options.curves);
        final Plan plan = plan(profile, asked, curves);

        final PrintWriter out = spec.commandLine().getOut();
        new PlanPrinter(out).print(plan);
        out.flush();
        if (options.json != null) {
            plan.write(options.json);
        }
        if (plan.missing().isEmpty()) {
            return CommandLine.ExitCode.OK;
        }
        final PrintWriter err = spec.commandLine().getErr();
        err.println("stentor-perf: the answer is not whole, " + plan.missing().size() + " of its limits are missing: "
                + String.join("; ", plan.missing()));
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private Plan plan(final Profile profile, final MachineSpec asked, final List<Curve> curves) {
        final Evidence evidence = new EvidenceSearch(curves, asked.cores(), profile.payloadLength()).find();
        final Measure first = evidence.engine() == null ? evidence.sessions() : evidence.engine();
        final MachineSpec machine =
                first == null ? asked : asked.or(first.curve().result().environment());
        final Inputs inputs =
                new Inputs(profile, evidence, machine, options.utilisation, options.zones, options.kernelBytes);
        final List<String> warnings = new ArrayList<>(Caveats.warnings(inputs, curves));
        warnings.addAll(Curves.warnings(curves, Build.current(), Machine.current()));
        return Plan.of(inputs, List.copyOf(warnings));
    }

    private Profile profile() {
        try {
            final Profile profile = ShippedProfiles.find(options.profile);
            return options.users == null ? profile : profile.with(Figure.USERS, options.users);
        } catch (final ProfileException ex) {
            throw new ParameterException(spec.commandLine(), ex.getMessage(), ex);
        }
    }

    private MachineSpec machine() {
        if (options.machine == null) {
            return MachineSpec.UNKNOWN;
        }
        try {
            return MachineSpec.parse(options.machine);
        } catch (final IllegalArgumentException ex) {
            throw new ParameterException(spec.commandLine(), "--machine: " + ex.getMessage(), ex);
        }
    }
}
