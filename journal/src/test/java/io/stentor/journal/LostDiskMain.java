package io.stentor.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Loses its disk under an open batch and closes the journal; prints why it failed and what failed when it was closed. */
public final class LostDiskMain {

    private static final class LostDisk implements FileForcer {
        private boolean isGone;

        @Override
        public void requireAlive() throws IOException {
            if (isGone) {
                throw new IOException("the disk is gone");
            }
        }

        @Override
        public void forceFile(Path file) throws IOException {
            requireAlive();
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            requireAlive();
        }

        @Override
        public void close() {}
    }

    private LostDiskMain() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        LostDisk disk = new LostDisk();
        ChronicleJournal journal =
                ChronicleJournal.open(new JournalContext().directory(directory).errorHandler(e -> {}), disk);
        Records.appendEach(journal.appender(), 1, 10);
        journal.appender().commit();
        Records.appendEach(journal.appender(), 11, 20);

        disk.isGone = true;
        for (Path file : files(directory)) {
            // A mapped page is lost with the file's length as it is with the disk.
            FileChannel.open(file, StandardOpenOption.WRITE).truncate(0).close();
        }
        journal.requestForce(10);
        journal.backgroundAgents().get(0).doWork();
        journal.close();
        System.out.println(journal.failure().getCause().getMessage());
        System.out.println(List.of(journal.failure().getSuppressed()));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> entries = Files.walk(directory.resolve("log"))) {
            return entries.filter(file -> file.toString().endsWith(".cq4")).toList();
        }
    }
}
