package io.stentor.engine.history;

import com.dynatrace.hash4j.hashing.Hashing;
import io.stentor.transport.wire.AckLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.NanoClock;

/**
 * The file of one actor. A line is in the kernel's hands before the method that writes it returns, so an actor that is
 * killed takes nothing with it that it has said. Say what you are about to do before you do it, and what you have seen
 * before you go on. Any thread.
 */
public final class Witness implements AutoCloseable {

    private final FileChannel file;
    private final NanoClock clock;

    Witness(final Path path, final NanoClock clock) {
        this.clock = clock;
        try {
            this.file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** What stands for a content in the files. */
    public static String hash(final byte[] content) {
        return Long.toHexString(Hashing.xxh3_64().hashBytesToLong(content));
    }

    /** See {@link EventKind#INVOKED}. */
    public void invoked(final String topic, final String key, final byte[] content, final AckLevel level) {
        write(EventKind.INVOKED, topic, key, hash(content), level);
    }

    /** See {@link EventKind#ACKNOWLEDGED}. */
    public void acknowledged(
            final String topic,
            final String key,
            final String epoch,
            final long offset,
            final AckLevel level,
            final boolean repeated) {
        write(EventKind.ACKNOWLEDGED, topic, key, epoch, offset, level, repeated ? "repeated" : "new");
    }

    /** See {@link EventKind#REFUSED}. */
    public void refused(final String topic, final String key, final String code) {
        write(EventKind.REFUSED, topic, key, code);
    }

    /** See {@link EventKind#UNANSWERED}. */
    public void unanswered(final String topic, final String key) {
        write(EventKind.UNANSWERED, topic, key);
    }

    /** See {@link EventKind#BEGAN}. */
    public void began(final String topic, final String epoch, final long offset) {
        write(EventKind.BEGAN, topic, epoch, offset);
    }

    /** See {@link EventKind#ASKED}. */
    public void asked(final String topic, final String epoch, final long offset) {
        write(EventKind.ASKED, topic, epoch, offset);
    }

    /** See {@link EventKind#RECOVERED}. */
    public void recovered(final String topic, final String epoch, final long offset) {
        write(EventKind.RECOVERED, topic, epoch, offset);
    }

    /** See {@link EventKind#SNAPSHOT}. */
    public void snapshot(final String topic, final String epoch, final long offset) {
        write(EventKind.SNAPSHOT, topic, epoch, offset);
    }

    /** See {@link EventKind#DELIVERED}. */
    public void delivered(final String topic, final String epoch, final long offset, final byte[] content) {
        write(EventKind.DELIVERED, topic, epoch, offset, hash(content));
    }

    /** See {@link EventKind#READ}. */
    public void read(final String topic, final String epoch, final long offset, final byte[] content) {
        write(EventKind.READ, topic, epoch, offset, hash(content));
    }

    /** See {@link EventKind#CAUGHT_UP}. */
    public void caughtUp(final String topic, final long offset) {
        write(EventKind.CAUGHT_UP, topic, offset);
    }

    /** See {@link EventKind#CURSOR}. */
    public void cursor(final String topic, final String device, final long offset) {
        write(EventKind.CURSOR, topic, device, offset);
    }

    /** See {@link EventKind#HELD}. */
    public void held(final String topic, final String device, final long offset) {
        write(EventKind.HELD, topic, device, offset);
    }

    /** See {@link EventKind#RESUMED}. */
    public void resumed(final String topic, final String device, final long offset) {
        write(EventKind.RESUMED, topic, device, offset);
    }

    /** See {@link EventKind#STARTED}. */
    public void started(final String epoch) {
        write(EventKind.STARTED, epoch);
    }

    /** See {@link EventKind#FAULT}. */
    public void fault(final Fault fault) {
        write(EventKind.FAULT, fault);
    }

    /** See {@link EventKind#DOWN}. */
    public void down(final Fault fault) {
        write(EventKind.DOWN, fault);
    }

    /** See {@link EventKind#TERM}. */
    public void term(final String epoch) {
        write(EventKind.TERM, epoch);
    }

    /** See {@link EventKind#STORED}. */
    public void stored(final String topic, final String epoch, final long offset, final byte[] content) {
        write(EventKind.STORED, topic, epoch, offset, hash(content));
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private synchronized void write(final EventKind kind, final Object... values) {
        final ByteBuffer line =
                ByteBuffer.wrap(Event.format(clock.nanoTime(), kind, values).getBytes(StandardCharsets.UTF_8));
        try {
            while (line.hasRemaining()) {
                file.write(line);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
