package io.stentor.engine.tier;

import io.stentor.transport.aeron.AeronClient;
import io.stentor.transport.aeron.EmbeddedDriver;
import io.stentor.transport.aeron.UdpSettings;
import io.stentor.transport.wire.AttachEncoder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.FragmentSource;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.RefusalCode;
import io.stentor.transport.wire.RefusedDecoder;
import io.stentor.transport.wire.SharedSecret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * A peer that says an attach over UDP as a test wants it, and hears what the engine answers. One thread.
 */
final class RawShard implements AutoCloseable {

    /** What an engine has said to an attach. */
    record Refusal(long incarnation, long attachNonce, RefusalCode code, String detail) {}

    private static final int CONTROL_STREAM = 1001;
    private static final int LIVE_STREAM = 1003;
    private static final int PAGES_STREAM = 1004;
    private static final int FRAGMENT_MAX = 4 * 1024;
    private static final int ATTACH_MAX = 2 * 1024;
    private static final int FRAGMENT_LIMIT = 10;
    private static final long INCARNATION = 77;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final AttachEncoder attach = new AttachEncoder();
    private final MessageHeaderDecoder heardHeader = new MessageHeaderDecoder();
    private final RefusedDecoder refused = new RefusedDecoder();
    private final List<Throwable> errors = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final SharedSecret secret;
    private final EmbeddedDriver driver;
    private final AeronClient aeron;
    private final List<FragmentSource> sources;
    private final FragmentLink control;
    private final String channel;
    private long attachNonce;

    /**
     * Opens its streams and waits until the engine listens.
     *
     * @param engine where it listens for shards.
     * @param directory for the driver; does not exist yet.
     * @param secret what it says that it knows.
     */
    RawShard(final String engine, final Path directory, final byte[] secret) {
        this.secret = new SharedSecret(secret);
        this.driver = new EmbeddedDriver(directory, 0, errors::add);
        this.aeron = driver.connect(errors::add);
        this.sources = aeron.openUdpSources("127.0.0.1:0", UdpSettings.fitting(), LIVE_STREAM, PAGES_STREAM);
        this.control = aeron.openUdpLink(
                engine, UdpSettings.MTU_LENGTH, UdpSettings.TERM_LENGTH_MIN, CONTROL_STREAM, FRAGMENT_MAX);
        Await.until(() -> "an engine that listens at " + engine + "; " + errors, Await.SOON, () -> {
            work();
            return control.isConnected() && AeronClient.endpointOf(sources.get(0)) != null;
        });
        this.channel = AeronClient.udpChannel(AeronClient.endpointOf(sources.get(0)));
    }

    /**
     * Says that it wants to attach, and waits until the engine refuses it.
     *
     * @param shardId its number.
     * @param version of the dialogue that it speaks.
     */
    Refusal attachRefused(final int shardId, final int version) {
        final FragmentPacker packer = new FragmentPacker(control);
        packer.claim(ATTACH_MAX);
        final int offset = packer.claimOffset();
        attach.wrapAndApplyHeader(packer.buffer(), offset, header)
                .shardId(shardId)
                .protocolVersion(version)
                .incarnation(INCARNATION)
                .logId(0)
                .term(0)
                .sequence(0)
                .liveStreamId(LIVE_STREAM)
                .pagesStreamId(PAGES_STREAM)
                .attachNonce(++attachNonce)
                .channel(channel)
                .name("raw")
                .address("");
        final byte[] proof = secret.ofAttach(packer.buffer(), offset, attach.limit() - offset);
        attach.putProof(proof, 0, proof.length);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + attach.encodedLength());
        refusals.clear();
        Await.until(() -> "an attach that is sent; " + errors, Await.SOON, () -> {
            final boolean sent = packer.flush() > 0;
            work();
            return sent;
        });
        Await.until(() -> "a refusal; " + errors, Await.SOON, () -> {
            work();
            return !refusals.isEmpty();
        });
        final Refusal refusal = refusals.get(0);
        if (refusal.incarnation() != INCARNATION || refusal.attachNonce() != attachNonce) {
            throw new AssertionError("the answer is to another attach: " + refusal);
        }
        return refusal;
    }

    /** What went wrong with its own end. */
    List<Throwable> errors() {
        return List.copyOf(errors);
    }

    @Override
    public void close() {
        control.close();
        CloseHelper.closeAll(sources);
        aeron.close();
        driver.close();
    }

    private void work() {
        aeron.invoke();
        driver.invoke();
        for (final FragmentSource source : sources) {
            source.poll(this::onFragment, FRAGMENT_LIMIT);
        }
    }

    private boolean onFragment(final long sourceId, final DirectBuffer buffer, final int offset, final int length) {
        if (!FragmentReader.read(buffer, offset, length, this::onMessage)) {
            throw new AssertionError("the engine has sent a fragment that is not whole");
        }
        return true;
    }

    private void onMessage(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        if (templateId == RefusedDecoder.TEMPLATE_ID) {
            refused.wrapAndApplyHeader(buffer, offset, heardHeader);
            refusals.add(new Refusal(refused.incarnation(), refused.attachNonce(), refused.code(), refused.detail()));
        } else {
            throw new AssertionError("the engine has answered with message " + templateId);
        }
    }
}
