package io.stentor.journal;

import java.io.IOException;
import java.util.List;
import net.openhft.chronicle.queue.RollCycle;
import org.agrona.concurrent.Agent;

/**
 * The journal on a disk: Chronicle Queue files, and around them everything that they do not promise by themselves, namely
 * one owner, checksums, forces that hold, time that never steps back, and room on the disk.
 */
public final class ChronicleJournal implements Journal {
    private final JournalDirectory directory;
    private final SegmentCatalogue catalogue = new SegmentCatalogue();
    private final int tornTailCount;
    private final List<GivenUp> givenUp;
    private final ChronicleLog log;
    private final JournalProgress progress;
    private final ChronicleAppender appender;
    private final FileForcer forcer;
    private final ForceAgent forceAgent;
    private final PageTouchAgent touchAgent;
    private final Scrubber scrubber;
    private final SealAgent sealAgent;
    private final Keeper keeper;
    private final Trim trim;
    private final List<Agent> agents;
    private final DiskReserve reserve;
    private final SyncMark mark;
    private boolean closed;

    private ChronicleJournal(JournalContext context, JournalDirectory directory, FileForcer forcer) throws IOException {
        this.directory = directory;
        this.forcer = forcer;
        RollCycle rollCycle = ChronicleLog.rollCycle(context.rollCycle());
        Recovery recovery = new Recovery(context, directory, forcer, catalogue);
        recovery.run();
        tornTailCount = recovery.tornTailCount();
        progress = new JournalProgress(context.errorHandler());
        progress.recovered(recovery.lastSequence());
        reserve = new DiskReserve(directory.fileStore(), context.diskReserveBytes());
        log = new ChronicleLog(directory.makeRun(recovery.lastSequence() + 1, forcer), rollCycle);
        try {
            mark = SyncMark.make(directory.path(), logId(), recovery.lastSequence(), forcer);
            recovery.settle();
            givenUp = recovery.manifest().givenUp();
            Segment start = catalogue.last();
            appender = new ChronicleAppender(context, log, progress, catalogue);
            forceAgent = new ForceAgent(context, progress, forcer, reserve, mark, start);
            touchAgent = new PageTouchAgent(reserve, start);
            Manifest manifest = recovery.manifest();
            keeper = new Keeper(directory.path(), manifest, forcer, progress, recovery.keptFiles());
            scrubber = new Scrubber(context, progress, catalogue, keeper, manifest);
            trim = new Trim(progress, catalogue, manifest, keeper, forcer);
            sealAgent = new SealAgent(progress, manifest, touchAgent, scrubber, catalogue.beforeUnsealed());
            agents = List.of(forceAgent, touchAgent, sealAgent);
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
     * @throws JournalDamagedException if a file that was not sealed holds anything but sound records, a torn tail, and what
     *     a power cut may leave of records that were never forced; or if the log ends before what was forced.
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
        return new RetainedReader(catalogue, new SegmentReader(progress, catalogue));
    }

    @Override
    public long firstSequence() {
        return catalogue.firstSequence();
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
    public List<SegmentInfo> segments() {
        return catalogue.describe(progress.journaledSequence());
    }

    @Override
    public int tornTailCount() {
        return tornTailCount;
    }

    @Override
    public List<GivenUp> givenUp() {
        return givenUp;
    }

    @Override
    public int damagedFileCount() {
        return progress.damagedFileCount();
    }

    @Override
    public ScrubProgress scrubProgress() {
        return scrubber.done();
    }

    @Override
    public long unsyncedBytes() {
        return progress.unsyncedBytes();
    }

    @Override
    public long unsyncedAgeNs() {
        return forceAgent.unsyncedAgeNs();
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
    public long roomBytes() {
        return reserve.roomBytes();
    }

    @Override
    public int segmentChanges() {
        return catalogue.changes(progress.journaledSequence()) + keeper.changes();
    }

    @Override
    public void trim(long firstSequence, KeeperWriter living) {
        trim.run(firstSequence, living);
    }

    @Override
    public Keeper keeper() {
        return keeper;
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
                mark;
                sealAgent) {
            try (log;
                    touchAgent;
                    appender) {
                // Nobody appends any more.
            }
            sealAgent.sealAll();
        } catch (Throwable e) {
            closedBadly(e);
        }
    }

    /** Why the journal failed is known already when its disk is gone, and with it the pages that are mapped. */
    private void closedBadly(Throwable cause) {
        Throwable failure = progress.failure();
        if (failure == null) {
            throw new JournalException(
                    "journal in " + directory.log() + " cannot be closed: " + cause.getMessage(), cause);
        }
        failure.addSuppressed(cause);
    }
}
