package io.stentor.engine.cli.journal;

import io.stentor.journal.JournalBackup;
import io.stentor.journal.ScanListener;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a journal of a backup. */
@Command(
        name = "restore",
        description = {
            "Make a journal of a backup; every record is verified and the copy forced.",
            "It is another log: its epoch is new, so that every device takes a snapshot and none mistakes the offsets that it gives"
                    + " out for those that the original gave out after the backup."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RestoreCommand implements Callable<Integer> {

    @Mixin
    private JournalTarget target;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The new journal's directory; made, or empty.")
    private Path copy;

    @Override
    public Integer call() {
        final ScanListener listener = target.progress("restored", new ScanListener() {});
        final long lastSequence = JournalBackup.restore(target.files(), copy, listener);
        final Lines lines = target.lines();
        lines.print(
                "restored everything up to record " + lastSequence + " to " + copy,
                json -> json.field("lastSequence", lastSequence).field("target", copy.toString()));
        lines.flush();
        return CommandLine.ExitCode.OK;
    }
}
