package io.stentor.engine.cli.journal;

import picocli.CommandLine.Command;

/** Groups the tools for a journal's files. */
@Command(
        name = "journal",
        description = "Look at a journal's files, verify, back up and restore them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            LsCommand.class,
            CatCommand.class,
            VerifyCommand.class,
            StatCommand.class,
            BackupCommand.class,
            RestoreCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "DIR is the directory that was given to serve as --data. A server may be writing it meanwhile.",
            "",
            "Exit codes: 0 done, 1 failed or damaged, 2 used wrongly."
        })
public final class JournalCommand {}
