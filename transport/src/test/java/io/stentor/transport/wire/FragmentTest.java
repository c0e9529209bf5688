package io.stentor.transport.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class FragmentTest {

    private final List<byte[]> fragments = new ArrayList<>();
    private boolean full;
    private final FragmentPacker packer = new FragmentPacker(new MemoryLink());
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final HeartbeatEncoder heartbeat = new HeartbeatEncoder();

    @Test
    void shouldPackMessagesUntilTheFragmentWouldNotTravelWhole() {
        final List<Long> expected = new ArrayList<>();
        for (long i = 1; i <= 100; i++) {
            write(i);
            expected.add(i);
        }
        packer.flush();

        final List<Long> read = new ArrayList<>();
        fragments.forEach(fragment -> assertTrue(read(fragment, fragment.length, read)));

        assertEquals(expected, read);
        fragments.forEach(fragment -> assertTrue(fragment.length <= 256, fragment.length + " bytes"));
    }

    @Test
    void shouldKeepTheOpenFragmentWhenTheLinkIsFull() {
        write(1);
        full = true;
        assertEquals(FragmentLink.BACK_PRESSURED, packer.flush());
        full = false;
        assertTrue(packer.flush() > 0);

        final List<Long> read = new ArrayList<>();
        read(fragments.get(0), fragments.get(0).length, read);
        assertEquals(List.of(1L), read);
    }

    @Test
    void shouldRefuseMessageThatNoFragmentTakes() {
        assertThrows(IllegalArgumentException.class, () -> packer.claim(packer.messageLengthMax() + 1));
        assertTrue(packer.claim(packer.messageLengthMax()));
    }

    @Test
    void shouldNoticeTruncatedFragment() {
        write(1);
        write(2);
        packer.flush();
        final byte[] fragment = fragments.get(0);

        for (int length = 1; length < fragment.length; length++) {
            final List<Long> read = new ArrayList<>();
            final boolean whole = read(fragment, length, read);
            assertFalse(whole && read.size() == 2 && length < fragment.length - FragmentPacker.ALIGNMENT);
        }
    }

    @Test
    void shouldNeverReadBeyondFragmentOfGarbage() {
        final SplittableRandom random = new SplittableRandom(4711);
        for (int i = 0; i < 10_000; i++) {
            final byte[] garbage = new byte[random.nextInt(96)];
            random.nextBytes(garbage);
            if (garbage.length > 16 && random.nextBoolean()) {
                // A plausible beginning, so that the checks behind the first one are reached.
                new UnsafeBuffer(garbage).putInt(0, random.nextInt(-1, 120));
                new MessageHeaderEncoder()
                        .wrap(new UnsafeBuffer(garbage), FragmentPacker.PREFIX_LENGTH)
                        .schemaId(MessageHeaderEncoder.SCHEMA_ID);
            }
            FragmentReader.read(new UnsafeBuffer(garbage), 0, garbage.length, (id, buffer, offset, length) -> {
                assertTrue(offset + length <= garbage.length);
                assertTrue(length >= MessageHeaderDecoder.ENCODED_LENGTH);
            });
        }
    }

    private void write(final long sequence) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + HeartbeatEncoder.BLOCK_LENGTH;
        if (!packer.claim(length)) {
            packer.flush();
            assertTrue(packer.claim(length));
        }
        heartbeat
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .prevSequence(sequence);
        packer.commit(length);
    }

    private static boolean read(final byte[] fragment, final int length, final List<Long> sequences) {
        return FragmentReader.read(
                new UnsafeBuffer(fragment),
                0,
                length,
                (id, buffer, offset, messageLength) -> sequences.add(new HeartbeatDecoder()
                        .wrapAndApplyHeader(buffer, offset, new MessageHeaderDecoder())
                        .prevSequence()));
    }

    private final class MemoryLink implements FragmentLink {

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length) {
            if (full) {
                return BACK_PRESSURED;
            }
            final byte[] fragment = new byte[length];
            buffer.getBytes(offset, fragment);
            fragments.add(fragment);
            return fragments.size();
        }

        @Override
        public int fragmentLengthMax() {
            return 1024;
        }

        @Override
        public int fragmentLengthPreferred() {
            return 256;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public void close() {}
    }
}
