package io.stentor.perf.plan.profile;

import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import java.util.List;

/**
 * One kind of message of a profile.
 *
 * @param name of the row: {@code chats}, {@code payments}.
 * @param contract what its messages are promised.
 * @param share of all sends; those of all rows sum to 1.
 * @param recipients who gets them.
 * @param payloads how long they are.
 * @param spikeFactor the row's busiest second against its mean, if it has one of its own; else null.
 */
public record MixRow(
        String name,
        Contract contract,
        double share,
        Recipients recipients,
        List<PayloadSize> payloads,
        Double spikeFactor) {

    /** Keeps a list of its own. */
    public MixRow {
        payloads = List.copyOf(payloads);
    }

    /** Mean bytes of a payload. */
    public double payloadLength() {
        return payloads.stream()
                .mapToDouble(size -> size.length() * size.share())
                .sum();
    }

    /** Mean bytes of a record of the journal. */
    double recordLength(final double senderLength, final double messageIdLength) {
        return payloads.stream()
                .mapToDouble(size -> size.share() * recordLength(size.length(), senderLength, messageIdLength))
                .sum();
    }

    MixRow withShare(final double newShare) {
        return new MixRow(name, contract, newShare, recipients, payloads, spikeFactor);
    }

    MixRow withRecipients(final Recipients newRecipients) {
        return new MixRow(name, contract, share, newRecipients, payloads, spikeFactor);
    }

    MixRow withPayloads(final List<PayloadSize> newPayloads) {
        return new MixRow(name, contract, share, recipients, newPayloads, spikeFactor);
    }

    MixRow withRetainHours(final double hours) {
        final Contract kept = new Contract(contract.deliveryClass(), contract.level(), hours);
        return new MixRow(name, kept, share, recipients, payloads, spikeFactor);
    }

    MixRow withSpikeFactor(final double factor) {
        return new MixRow(name, contract, share, recipients, payloads, factor);
    }

    private static int recordLength(final int payloadLength, final double sender, final double messageId) {
        final int body = MessageBody.length((int) Math.round(sender), (int) Math.round(messageId), 0, 0, payloadLength);
        return RecordLayout.alignedLength(RecordLayout.HEADER_LENGTH + body);
    }
}
