package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.agrona.concurrent.Agent;

/**
 * The journal on a disk: Chronicle Queue files, and around them everything that they do not promise by themselves, namely
 * one owner, checksums, forces that hold, time that never steps back, and room on the disk.
 */
public final class ChronicleJournal implements Journal {
    private final JournalDirectory directory;
    private final ChronicleLog log;
    private final JournalProgress progress;
    private final ChronicleAppender appender;
    private final FileForcer forcer;
    private final ForceAgent forceAgent;
    private final PageTouchAgent touchAgent;
    private final List<Agent> agents;
    private final DiskReserve reserve;
    private boolean closed;

    private ChronicleJournal(JournalContext context, JournalDirectory directory, FileForcer forcer) throws IOException {
        this.directory = directory;
        this.forcer = forcer;
        StaleLocks.release(directory.log());
        log = new ChronicleLog(directory.log(), context.rollCycle());
        try {
            // Before anything is served: a killed process may have journaled what it never forced.
            forceExisting(directory.log(), forcer);
            progress = new JournalProgress(context.errorHandler());
            progress.recovered(log.lastSequence());
            reserve = new DiskReserve(directory.fileStore(), context.diskReserveBytes());
            CycleFile start = new CycleFile(null);
            appender = new ChronicleAppender(context, log, progress, start);
            forceAgent = new ForceAgent(context, directory.log(), progress, forcer, reserve, start);
            touchAgent = new PageTouchAgent(reserve, start);
            agents = List.of(forceAgent, touchAgent);
        } catch (Throwable e) {
            log.close();
            throw e;
        }
    }

    /**
     * Opens the journal in the context's directory, or makes it there.
     *
     * @param context settings; concluded here.
     * @return the open journal, owned by this process until it is closed.
     * @throws IllegalArgumentException if a setting is bad.
     * @throws JournalException if the directory is in use, foreign, of another version or group, on a network file system,
     *     or not readable and writable.
     * @throws JournalDamagedException if the end of the log is damaged.
     */
    public static ChronicleJournal open(JournalContext context) {
        return open(context, new ChannelForcer());
    }

    static ChronicleJournal open(JournalContext context, FileForcer forcer) {
        context.conclude();
        ChronicleRuntime.prepare();
        JournalDirectory directory = JournalDirectory.open(context.directory(), context.groupId(), forcer);
        ChronicleJournal opened = null;
        try {
            opened = new ChronicleJournal(context, directory, forcer);
            return opened;
        } catch (IOException e) {
            throw new JournalException("journal in " + context.directory() + " cannot be opened: " + e.getMessage(), e);
        } finally {
            if (opened == null) {
                directory.close();
            }
        }
    }

    @Override
    public long logId() {
        return directory.identity().logId();
    }

    @Override
    public JournalAppender appender() {
        return appender;
    }

    @Override
    public JournalReader newReader() {
        return new ChronicleReader(progress, log);
    }

    @Override
    public long firstSequence() {
        return log.firstSequence();
    }

    @Override
    public long lastSequence() {
        return progress.journaledSequence();
    }

    @Override
    public long syncedSequence() {
        return progress.syncedSequence();
    }

    @Override
    public void requestForce(long sequence) {
        progress.requestForce(sequence);
        forceAgent.wake();
    }

    @Override
    public List<Agent> backgroundAgents() {
        return agents;
    }

    @Override
    public boolean belowReserve() {
        return reserve.isBelow();
    }

    @Override
    public Throwable failure() {
        return progress.failure();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (progress.failure() == null) {
            forceAgent.force();
        }
        progress.close();
        try (directory;
                forcer;
                log;
                touchAgent) {
            appender.close();
        } catch (IOException e) {
            throw new JournalException("journal in " + directory.log() + " cannot be closed: " + e.getMessage(), e);
        }
    }

    private static void forceExisting(Path log, FileForcer forcer) throws IOException {
        try (var files = Files.newDirectoryStream(log, "*" + SingleChronicleQueue.SUFFIX)) {
            for (Path file : files) {
                forcer.forceFile(file);
            }
        }
        forcer.forceDirectory(log);
    }
}
