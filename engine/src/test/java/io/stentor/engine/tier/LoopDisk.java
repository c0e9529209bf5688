package io.stentor.engine.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system in a file, mounted, that can be shut down as if its power had been cut: what was not forced is gone at the
 * next mount, and until then everything fails. Needs root. Unmounts and deletes everything when closed.
 *
 * <p>A mount namespace that is made meanwhile holds the file system, which then comes back from a remount as it was cut.
 */
final class LoopDisk implements AutoCloseable {

    private final Path image;
    private final Path directory;
    private final List<String> mount;
    private boolean mounted;

    private LoopDisk(final Path image, final Path directory, final List<String> mount) {
        this.image = image;
        this.directory = directory;
        this.mount = mount;
    }

    /** Why there can be no such disk here; null when there can. */
    static String missing(final String type) {
        if (!Command.isRoot()) {
            return "needs root to mount file systems";
        }
        for (final String command : List.of("mkfs." + type, "xfs_io", "mount", "umount", "losetup")) {
            if (!Command.isThere(command)) {
                return "needs " + command + " (packages e2fsprogs, xfsprogs, mount)";
            }
        }
        return null;
    }

    /** A fresh disk of a type that mkfs knows. */
    static LoopDisk make(final Path parent, final String type, final long bytes) {
        final Path image = parent.resolve("disk.img");
        final Path directory = parent.resolve("disk");
        try {
            Files.createDirectories(directory);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        Command.run("truncate", "-s", Long.toString(bytes), image.toString());
        Command.run("mkfs." + type, "-q", image.toString());
        return new LoopDisk(image, directory, List.of("mount", "-o", "loop", image.toString(), directory.toString()))
                .mount();
    }

    /** A fresh file system in memory. */
    static LoopDisk memory(final Path parent, final long bytes) {
        final Path directory = parent.resolve("disk");
        try {
            Files.createDirectories(directory);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return new LoopDisk(
                        null,
                        directory,
                        List.of("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString()))
                .mount();
    }

    Path directory() {
        return directory;
    }

    long usableBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Cuts the power: nothing that was not forced reaches the device any more, and everything fails from now on. */
    void cut() {
        Command.run("xfs_io", "-x", "-c", "shutdown", directory.toString());
    }

    /** The power is back. Nobody may have a file open. */
    void remount() {
        unmount();
        mount();
    }

    @Override
    public void close() {
        if (mounted) {
            unmount();
        }
        try {
            if (image != null) {
                Files.deleteIfExists(image);
            }
            Files.deleteIfExists(directory);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private LoopDisk mount() {
        Command.run(mount.toArray(String[]::new));
        mounted = true;
        return this;
    }

    private void unmount() {
        // Who was killed may still be on its way out of the kernel.
        Await.until("nobody uses " + directory, () -> Command.exitCode("umount", directory.toString()) == 0);
        mounted = false;
    }
}
