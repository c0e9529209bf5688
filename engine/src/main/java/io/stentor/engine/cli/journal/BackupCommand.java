package io.stentor.engine.cli.journal;

import io.stentor.journal.JournalBackup;
import io.stentor.journal.ScanListener;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies a journal. */
@Command(
        name = "backup",
        description =
                "Copy what is journaled, also while a server writes it; every record is verified and the copy forced.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BackupCommand implements Callable<Integer> {

    @Mixin
    private JournalTarget target;

    @Parameters(index = "1", paramLabel = "TARGET", description = "Where to copy it; made, or empty.")
    private Path copy;

    @Override
    public Integer call() {
        final ScanListener listener = target.progress("copied", new ScanListener() {});
        final long lastSequence = JournalBackup.backup(target.files(), copy, listener);
        final Lines lines = target.lines();
        lines.print(
                "copied everything up to record " + lastSequence + " to " + copy,
                json -> json.field("lastSequence", lastSequence).field("target", copy.toString()));
        lines.flush();
        return CommandLine.ExitCode.OK;
    }
}
