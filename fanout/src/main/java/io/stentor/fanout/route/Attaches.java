package io.stentor.fanout.route;

import io.stentor.transport.wire.AttachDecoder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.ProveDecoder;
import io.stentor.transport.wire.RefusalCode;
import io.stentor.transport.wire.ShardDialogue;
import io.stentor.transport.wire.SharedSecret;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/**
 * The engine's side of the attach dialogue, up to the proof: who may attach, and who is told why not. One thread, the send
 * step's.
 *
 * <p>A stream is opened only for an attach that was made with the secret, and takes the place of an older one of the same shard
 * only when it has proven that it was made now.
 */
final class Attaches {

    /**
     * How long a shard has to be silent before another start of it takes its place, in nanoseconds: 3 s, three of its
     * heartbeats. Two processes with one number would otherwise turn each other out for ever.
     */
    static final long TAKEOVER_NS = 3_000_000_000L;

    private final Router router;
    private final ShardLinks links;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;

    Attaches(final Router router, final NanoClock clock, final ErrorHandler errorHandler) {
        this.router = router;
        this.links = router.links();
        this.clock = clock;
        this.errorHandler = errorHandler;
    }

    void onAttach(final long sourceId, final AttachDecoder decoder, final DirectBuffer buffer, final int offset) {
        final int version = decoder.protocolVersion();
        if (version != ShardDialogue.VERSION) {
            // What another version has behind the channel nobody knows here.
            final AttachRequest other = new AttachRequest(
                    sourceId,
                    decoder.shardId(),
                    decoder.incarnation(),
                    decoder.attachNonce(),
                    0,
                    0,
                    0,
                    decoder.liveStreamId(),
                    decoder.pagesStreamId(),
                    decoder.channel(),
                    "",
                    "");
            refuse(
                    other,
                    links.leadsBack(sourceId, other.channel()),
                    RefusalCode.PROTOCOL_VERSION,
                    "it speaks version " + version + " of the dialogue, this engine speaks " + ShardDialogue.VERSION);
            return;
        }
        final AttachRequest request = new AttachRequest(
                sourceId,
                decoder.shardId(),
                decoder.incarnation(),
                decoder.attachNonce(),
                decoder.logId(),
                decoder.term(),
                decoder.sequence(),
                decoder.liveStreamId(),
                decoder.pagesStreamId(),
                decoder.channel(),
                decoder.name(),
                decoder.address());
        if (!isAuthentic(decoder, buffer, offset)) {
            refuse(
                    request,
                    links.leadsBack(sourceId, request.channel()),
                    RefusalCode.AUTHENTICATION,
                    "it does not know the secret of this engine");
        } else if (!links.mayAttach(sourceId, request.shardId())) {
            refuse(request, true, RefusalCode.UNKNOWN_SHARD, "no shard may have that number here");
        } else {
            attach(request);
        }
    }

    void onProve(final ShardStream stream, final ProveDecoder decoder) {
        final AttachRequest request = stream.request();
        final byte[] expected = router.secret().ofProve(request.attachNonce(), stream.engineNonce(), request.shardId());
        if (stream.state() != ShardStream.State.CHALLENGED
                || decoder.shardId() != request.shardId()
                || decoder.engineNonce() != stream.engineNonce()
                || !SharedSecret.same(expected, proofOf(decoder))) {
            router.stranger();
            return;
        }
        final long nowNs = clock.nanoTime();
        final ShardStream other = router.stream(request.shardId());
        if (other != null && other.incarnation() != request.incarnation() && !other.silentSince(nowNs - TAKEOVER_NS)) {
            refuse(stream, RefusalCode.SHARD_ID_TAKEN, "a shard of that number is attached");
            return;
        }
        if (other != null) {
            router.detach(other);
        }
        try {
            links.pages(request.shardId(), stream.engineNonce(), request.channel(), request.pagesStreamId());
            stream.proven(nowNs);
        } catch (final IllegalArgumentException ex) {
            refuse(stream, RefusalCode.MALFORMED, ex.getMessage());
        } catch (final IllegalStateException ex) {
            refuse(stream, RefusalCode.NO_ROOM, ex.getMessage());
        }
    }

    private void attach(final AttachRequest request) {
        final ShardStream earlier = router.streamOf(request.sourceId());
        if (earlier != null) {
            router.detach(earlier);
        }
        if (!router.hasRoom()) {
            refuse(request, true, RefusalCode.TOO_MANY_SHARDS, "there are " + Router.SHARDS_MAX + " already");
            return;
        }
        try {
            router.attach(request, links.live(request.channel(), request.liveStreamId()), clock.nanoTime());
        } catch (final IllegalArgumentException ex) {
            refuse(request, false, RefusalCode.MALFORMED, ex.getMessage());
        } catch (final IllegalStateException ex) {
            refuse(request, false, RefusalCode.NO_ROOM, ex.getMessage());
        }
    }

    /** Refuses a shard that has a stream already. */
    private void refuse(final ShardStream stream, final RefusalCode code, final String detail) {
        report(stream.request(), code, detail);
        router.refusals().counted(code);
        stream.refuse(code, detail);
    }

    /** Refuses a shard that has no stream: it is told on one that is opened for this word, if it may be told. */
    private void refuse(
            final AttachRequest request, final boolean toBeTold, final RefusalCode code, final String detail) {
        report(request, code, detail);
        final Refusals refusals = router.refusals();
        if (!toBeTold || !refusals.hasRoom()) {
            refusals.counted(code);
            return;
        }
        try {
            final FragmentLink link = links.brief(request.channel(), request.liveStreamId());
            refusals.say(link, request, code, detail, clock.nanoTime());
        } catch (final IllegalArgumentException | IllegalStateException ex) {
            refusals.counted(code);
        }
    }

    private void report(final AttachRequest request, final RefusalCode code, final String detail) {
        errorHandler.onError(
                new IllegalStateException("shard " + request.shardId() + " refused: " + code + ", " + detail));
    }

    private boolean isAuthentic(final AttachDecoder decoder, final DirectBuffer buffer, final int offset) {
        // The texts have been read: what is left is the proof.
        final byte[] expected = router.secret().ofAttach(buffer, offset, decoder.limit() - offset);
        final byte[] proof = new byte[decoder.proofLength()];
        decoder.getProof(proof, 0, proof.length);
        return SharedSecret.same(expected, proof);
    }

    private static byte[] proofOf(final ProveDecoder decoder) {
        final byte[] proof = new byte[decoder.proofLength()];
        decoder.getProof(proof, 0, proof.length);
        return proof;
    }
}
