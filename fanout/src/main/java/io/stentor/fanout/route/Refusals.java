package io.stentor.fanout.route;

import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.RefusalCode;
import io.stentor.transport.wire.RefusedEncoder;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Tells shards why they may not attach, on streams that are opened for this word alone, and counts them. One thread, the send
 * step's; {@link #count} may be called from any.
 */
final class Refusals {

    /** Words on their way at once: one more is counted and not said. */
    static final int WAITING_MAX = 16;

    /** How long a shard may take to listen, in nanoseconds: 5 s, as long as it waits for an answer. */
    static final long TIMEOUT_NS = 5_000_000_000L;

    private static final int DETAIL_MAX = 254;

    /** Values that a code may have: a byte's. */
    private static final int CODES_MAX = 256;

    private record Word(FragmentLink link, FragmentPacker packer, long deadlineNs) {}

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RefusedEncoder refused = new RefusedEncoder();
    private final ArrayDeque<Word> words = new ArrayDeque<>();
    private final AtomicLongArray counts = new AtomicLongArray(CODES_MAX);

    /** How many attaches were refused for that reason. Any thread. */
    long count(final RefusalCode code) {
        return counts.get(code.value());
    }

    /** Counts a refusal that nobody is told. */
    void counted(final RefusalCode code) {
        counts.incrementAndGet(code.value());
    }

    /** True while another word may be said. */
    boolean hasRoom() {
        return words.size() < WAITING_MAX;
    }

    /**
     * Counts a refusal and says it.
     *
     * @param link the stream to say it on; closed afterwards.
     * @param request the attach that is refused.
     */
    void say(
            final FragmentLink link,
            final AttachRequest request,
            final RefusalCode code,
            final String detail,
            final long nowNs) {
        counted(code);
        final FragmentPacker packer = new FragmentPacker(link);
        encode(packer, request, code, detail);
        words.add(new Word(link, packer, nowNs + TIMEOUT_NS));
    }

    /** Puts the word into the fragment of a stream, where there is room for it. */
    void encode(final FragmentPacker packer, final AttachRequest request, final RefusalCode code, final String detail) {
        refused.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .incarnation(request.incarnation())
                .code(code)
                .attachNonce(request.attachNonce())
                .detail(detail.length() <= DETAIL_MAX ? detail : detail.substring(0, DETAIL_MAX));
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + refused.encodedLength());
    }

    /** Sends what waits, and gives up on shards that do not listen. */
    int doWork(final long nowNs) {
        int work = 0;
        for (int i = words.size(); i > 0; i--) {
            final Word word = words.remove();
            if (word.packer.flush() > 0 || word.deadlineNs - nowNs <= 0) {
                word.link.close();
                work++;
            } else {
                words.add(word);
            }
        }
        return work;
    }

    void close() {
        words.forEach(word -> word.link.close());
        words.clear();
    }
}
