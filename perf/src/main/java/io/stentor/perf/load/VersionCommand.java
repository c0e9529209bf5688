package io.stentor.perf.load;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which build this is, and of which virtual machine. */
@Command(name = "version", description = "Print version, commit and Java.")
final class VersionCommand implements Runnable, IVersionProvider {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        final PrintWriter out = spec.commandLine().getOut();
        out.println(getVersion()[0]);
        out.flush();
    }

    @Override
    public String[] getVersion() {
        return new String[] {Build.current() + ", Java " + Runtime.version()};
    }
}
