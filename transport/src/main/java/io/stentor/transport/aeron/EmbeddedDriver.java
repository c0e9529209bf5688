package io.stentor.transport.aeron;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.ErrorHandler;
import org.agrona.IoUtil;
import org.agrona.concurrent.AgentInvoker;

/**
 * A media driver inside the process, without threads of its own: whoever owns it invokes it, also when idle, or the
 * liveness of its clients runs out.
 */
public final class EmbeddedDriver implements AutoCloseable {

    /**
     * The longest part of a fragment that travels in one piece over IPC, in bytes. 16 KiB hold a batch of some forty
     * messages of 256 bytes; a longer fragment is taken apart and put together again.
     */
    static final int IPC_MTU_LENGTH = 16 * 1024;

    /**
     * How long the process may stand still, in ns: stopped, suspended with its machine, or waiting for a disk. Driver and
     * clients are one process and end together, so nobody has to be found dead; with Aeron's 10 s a pause that long ends
     * the clients for good and leaves a process that serves nobody.
     */
    private static final long PAUSE_MAX_NS = TimeUnit.HOURS.toNanos(24);

    /**
     * Room for counters, in bytes: 8,192 of them where a few hundred are in use. Aeron's default of 8 MiB, five times with
     * their names, would not leave room for the streams in a container's usual 64 MiB of shared memory.
     */
    private static final int COUNTERS_LENGTH = 1024 * 1024;

    /**
     * How often the driver works in a row while there is something to do: each time it sends one datagram of a stream, or takes
     * one. A batch of 256 messages of 256 bytes fills twelve of 8 KiB, and the window of a reader holds sixteen; with one for
     * each duty cycle of its owner, streams to other processes were full at 140,000 messages a second.
     */
    private static final int WORKS_MAX = 32;

    /** What the driver's own files take, in bytes: 5 MiB of counters, 4 of errors, 2 of commands, 1 of a report, and heads. */
    private static final long FILES_LENGTH = 13L * 1024 * 1024;

    private final Path parent;
    private final MediaDriver driver;

    /**
     * Launches a driver.
     *
     * @param directory where its shared memory lies; made anew, and deleted when it closes.
     * @param streamsLength bytes that the streams will take which are opened at once, see {@link AeronClient#streamLength}.
     * @param errorHandler is told of the driver's troubles.
     * @throws IllegalStateException if there is no room for its files and the streams.
     */
    public EmbeddedDriver(final Path directory, final long streamsLength, final ErrorHandler errorHandler) {
        IoUtil.delete(directory.toFile(), false);
        this.parent = directory.toAbsolutePath().getParent();
        requireRoom(FILES_LENGTH + streamsLength);
        this.driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .threadingMode(ThreadingMode.INVOKER)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .ipcMtuLength(IPC_MTU_LENGTH)
                .counterValuesBufferLength(COUNTERS_LENGTH)
                // Filled as they are made: a page that is first touched when the memory is full ends the process.
                .termBufferSparseFile(false)
                .clientLivenessTimeoutNs(PAUSE_MAX_NS)
                .publicationUnblockTimeoutNs(2 * PAUSE_MAX_NS)
                .warnIfDirectoryExists(false)
                .errorHandler(errorHandler));
    }

    /**
     * Connects a client, which belongs to one thread.
     *
     * @param errorHandler is told of the client's troubles.
     * @return the client.
     */
    public AeronClient connect(final ErrorHandler errorHandler) {
        return new AeronClient(
                Aeron.connect(new Aeron.Context()
                        .aeronDirectoryName(driver.aeronDirectoryName())
                        .useConductorAgentInvoker(true)
                        .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(PAUSE_MAX_NS))
                        // One thread invokes the client, but a stream may be closed by the thread that it was given to.
                        .clientLock(new ReentrantLock())
                        .driverAgentInvoker(driver.sharedAgentInvoker())
                        .errorHandler(errorHandler)),
                this);
    }

    /**
     * Lets the driver do its work: all of it, unless that is very much. One thread.
     *
     * @return how much was done.
     */
    public int invoke() {
        final AgentInvoker invoker = driver.sharedAgentInvoker();
        int work = 0;
        for (int i = 0; i < WORKS_MAX; i++) {
            final int done = invoker.invoke();
            if (done <= 0) {
                break;
            }
            work += done;
        }
        return work;
    }

    @Override
    public void close() {
        driver.close();
    }

    /**
     * Aeron does not check the room for its own files, and writing those where none is left is a SIGBUS; and a stream that
     * has no room is an error in a log, again and again, for a launch that waits for it.
     */
    void requireRoom(final long neededLength) {
        try {
            Files.createDirectories(parent);
            final long usable = Files.getFileStore(parent).getUsableSpace();
            if (usable < neededLength) {
                throw new IllegalStateException("the transport needs " + neededLength + " bytes in " + parent + ", and "
                        + usable + " are free: make room, or mount it with a larger size");
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot make the transport's directory in " + parent, ex);
        }
    }
}
