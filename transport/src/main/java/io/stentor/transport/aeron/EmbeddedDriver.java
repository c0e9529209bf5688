package io.stentor.transport.aeron;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.ErrorHandler;
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

    private final MediaDriver driver;

    /**
     * Launches a driver.
     *
     * @param directory where its shared memory lies; made anew, and deleted when it closes.
     * @param errorHandler is told of the driver's troubles.
     */
    public EmbeddedDriver(final Path directory, final ErrorHandler errorHandler) {
        this.driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .threadingMode(ThreadingMode.INVOKER)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .ipcMtuLength(IPC_MTU_LENGTH)
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
        return new AeronClient(Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .useConductorAgentInvoker(true)
                .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(PAUSE_MAX_NS))
                // One thread invokes the client, but a stream may be closed by the thread that it was given to.
                .clientLock(new ReentrantLock())
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .errorHandler(errorHandler)));
    }

    /** Lets the driver do its work. One thread. */
    public int invoke() {
        final AgentInvoker invoker = driver.sharedAgentInvoker();
        return invoker.invoke();
    }

    @Override
    public void close() {
        driver.close();
    }
}
