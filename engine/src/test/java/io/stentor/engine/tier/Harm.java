package io.stentor.engine.tier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What a device may do to a file of a journal, and how to undo it. */
final class Harm {

    /** Which of the files, and whether nothing at all may be lost by it. */
    enum Target {
        DATA("log", ".cq4", false),
        TABLE_OF_CHRONICLE("log", ".cq4t", true),
        INDEX("log", ".index", true),
        POSITIONS("log", ".positions", true),
        MANIFEST("", "manifest", true),
        MARK("", "synced", true),
        IDENTITY("", "stentor.journal", false),
        CHECKPOINT("checkpoints", ".ckpt", true),
        KEPT("keeper", ".kept", false);

        static final List<Target> ALL = List.of(values());

        private final String directory;
        private final String suffix;
        private final boolean isHarmless;

        Target(final String directory, final String suffix, final boolean isHarmless) {
            this.directory = directory;
            this.suffix = suffix;
            this.isHarmless = isHarmless;
        }

        /** Whether everything else together says what the file said. */
        boolean isHarmless() {
            return isHarmless;
        }

        List<Path> files(final Path journal) {
            if (!Files.isDirectory(journal.resolve(directory))) {
                return List.of();
            }
            try (Stream<Path> files = Files.walk(journal.resolve(directory))) {
                return files.filter(file ->
                                Files.isRegularFile(file) && file.toString().endsWith(suffix))
                        .sorted()
                        .toList();
            } catch (final IOException ex) {
                throw new AssertionError(ex);
            }
        }
    }

    private enum Way {
        FLIPPED_BIT,
        FLIPPED_BIT_AGAIN,
        ZEROED_PAGE,
        TRUNCATED,
        SWAPPED_BLOCKS,
        REPEATED_BLOCK;

        private static final List<Way> ALL = List.of(values());
    }

    private static final int PAGE_BYTES = 4096;
    private static final int BLOCK_BYTES = 512;

    private final Path file;
    private final byte[] sound;
    private final String description;

    private Harm(final Path file, final byte[] sound, final String description) {
        this.file = file;
        this.sound = sound;
        this.description = description;
    }

    /**
     * Damages one file.
     *
     * @param target of which kind; one of them must be there.
     */
    static Harm doTo(final Path journal, final Target target, final Random random) throws IOException {
        final List<Path> files = target.files(journal);
        final Path file = files.get(random.nextInt(files.size()));
        final byte[] sound = Files.readAllBytes(file);
        final int used = used(sound);
        // Half a page lost of a file that is written in place is not what these files are for: there one bit goes
        // wrong.
        final boolean isSmall = used <= 2 * PAGE_BYTES;
        final Way way = isSmall ? Way.FLIPPED_BIT : Way.ALL.get(random.nextInt(Way.ALL.size()));
        final byte[] bad = bad(sound, used, way, random);
        write(file, bad);
        return new Harm(file, sound, way + " in " + file.getFileName() + " at byte " + Arrays.mismatch(sound, bad));
    }

    /** Whether the file lies in a directory. */
    boolean isIn(final String parent) {
        return file.getParent().toString().equals(parent);
    }

    /** Makes the file what it was. */
    void undo() throws IOException {
        write(file, sound);
    }

    @Override
    public String toString() {
        return description;
    }

    private static byte[] bad(final byte[] sound, final int used, final Way way, final Random random) {
        final byte[] bad = sound.clone();
        switch (way) {
            case FLIPPED_BIT, FLIPPED_BIT_AGAIN -> bad[random.nextInt(used)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case ZEROED_PAGE -> {
                final int page = random.nextInt(used) & -PAGE_BYTES;
                Arrays.fill(bad, page, Math.min(bad.length, page + PAGE_BYTES), (byte) 0);
            }
            case TRUNCATED -> {
                return Arrays.copyOf(bad, random.nextInt(used));
            }
            case SWAPPED_BLOCKS, REPEATED_BLOCK -> {
                final int one = random.nextInt(used - BLOCK_BYTES);
                final int other = random.nextInt(used - BLOCK_BYTES);
                System.arraycopy(sound, one, bad, other, BLOCK_BYTES);
                if (way == Way.SWAPPED_BLOCKS && Math.abs(one - other) >= BLOCK_BYTES) {
                    System.arraycopy(sound, other, bad, one, BLOCK_BYTES);
                }
            }
        }
        return bad;
    }

    /** Up to the last byte that is not zero: what lies behind it nobody reads. */
    private static int used(final byte[] content) {
        int used = content.length;
        while (used > 1 && content[used - 1] == 0) {
            used--;
        }
        return used;
    }

    /** In place, as a device would: whoever has the file open has the same one. */
    private static void write(final Path file, final byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(content.length);
            final ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
        }
    }
}
