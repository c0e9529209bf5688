package io.stentor.engine.pipeline;

import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.PageEncoder;
import io.stentor.transport.wire.PageEndEncoder;
import io.stentor.transport.wire.PageRecordEncoder;
import io.stentor.transport.wire.ResultCode;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;

/**
 * Answers one shard's fetches, one after the other, as fast as its stream takes them. Memory is bounded by the fetches
 * that may wait; records go from the journal into the open fragment. One thread, the views'.
 */
final class PageStream implements AutoCloseable {

    /** The most fetches of one shard that may wait; a shard asks for fewer at a time. */
    static final int WAITING_MAX = 4096;

    /** What a page's record adds to its payload, names and tags, in bytes. */
    private static final int RECORD_OVERHEAD = MessageHeaderEncoder.ENCODED_LENGTH
            + PageRecordEncoder.BLOCK_LENGTH
            + PageRecordEncoder.senderHeaderLength()
            + PageRecordEncoder.originHeaderLength()
            + PageRecordEncoder.tagsHeaderLength()
            + PageRecordEncoder.payloadHeaderLength();

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final PageEncoder page = new PageEncoder();
    private final PageRecordEncoder pageRecord = new PageRecordEncoder();
    private final PageEndEncoder pageEnd = new PageEndEncoder();
    private final RecordHandler recordHandler = this::onRecord;

    private final long ticket;
    private final FragmentLink link;
    private final FragmentPacker packer;
    private final TopicReader reader;
    private final long logId;
    private final long term;
    private final ArrayDeque<PageJob> jobs = new ArrayDeque<>();
    private boolean opened;

    PageStream(
            final long ticket, final FragmentLink link, final TopicReader reader, final long logId, final long term) {
        this.ticket = ticket;
        this.link = link;
        this.packer = new FragmentPacker(link);
        this.reader = reader;
        this.logId = logId;
        this.term = term;
    }

    /** What a fetch has to carry to be answered here. */
    long ticket() {
        return ticket;
    }

    boolean mayAdd() {
        return jobs.size() < WAITING_MAX;
    }

    void add(final PageJob job) {
        jobs.add(job);
    }

    /** Puts into fragments what the budget's turn and the link allow of the pages; {@link #flush()} sends the last of them. */
    int doWork(final PageBudget budget) {
        int work = 0;
        PageJob job;
        while (!budget.isTurnOver() && (job = jobs.peek()) != null && job.isDue(reader)) {
            if (!job.resolved) {
                job.resolve(reader);
                budget.take(0);
            }
            final int before = job.count;
            final boolean done = advance(job, budget);
            work += Math.max(0, job.count - before);
            if (!done) {
                break;
            }
            jobs.remove();
            opened = false;
            work++;
        }
        return work;
    }

    /** Sends the open fragment; more than none if it went. Done once all turns are over, so that short pages share one. */
    int flush() {
        return packer.pending() > 0 && packer.flush() > 0 ? 1 : 0;
    }

    @Override
    public void close() {
        link.close();
    }

    /** Sends as much of the page as the link and the budget allow; true when its end is out. */
    private boolean advance(final PageJob job, final PageBudget budget) {
        if (!opened && !open(job)) {
            return false;
        }
        opened = true;
        while (!job.isComplete()) {
            // So that nothing is read for a link that takes nothing; how much room it needs is known once it was read.
            if (budget.isTurnOver() || !claim(RECORD_OVERHEAD)) {
                return false;
            }
            final int before = job.bytes;
            final boolean there = read(job);
            budget.take(Math.max(0, job.bytes - before));
            if (!there) {
                // What was sent of the page does not count: it begins anew, and says what has become of the position.
                // A message that is not there although it was not trimmed is lost, or this would go on for ever.
                if (job.nextOffset >= reader.firstOffset(job.topic.id())) {
                    job.lose();
                }
                job.resolve(reader);
                opened = false;
                return false;
            }
        }
        return end(job);
    }

    /** Sends the next message; false if it was trimmed since the page began, or is damaged. */
    private boolean read(final PageJob job) {
        try {
            return reader.read(job.topic.id(), job.nextOffset, recordHandler);
        } catch (final JournalDamagedException damage) {
            job.lose();
            return false;
        }
    }

    private boolean open(final PageJob job) {
        if (!claim(MessageHeaderEncoder.ENCODED_LENGTH + PageEncoder.BLOCK_LENGTH)) {
            return false;
        }
        page.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .correlationId(job.correlationId)
                .topicId(job.topic == null ? 0 : job.topic.id())
                .logId(logId)
                .term(term)
                .topOffset(job.topOffset)
                .afterOffset(job.code == ResultCode.OK ? job.afterOffset : 0)
                .code(job.code);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + page.encodedLength());
        return true;
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        final PageJob job = jobs.peek();
        final int payloadLength = MessageBody.payloadLength(buffer, offset);
        if (!claim(RECORD_OVERHEAD
                + MessageBody.senderLength(buffer, offset)
                + MessageBody.originLength(buffer, offset)
                + MessageBody.tagsLength(buffer, offset)
                + payloadLength)) {
            return;
        }
        pageRecord
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .correlationId(job.correlationId)
                .sequence(RecordLayout.sequence(buffer, offset))
                .topicOffset(RecordLayout.offset(buffer, offset))
                .timestampNs(RecordLayout.timestampNs(buffer, offset))
                .flags(RecordLayout.flags(buffer, offset) & 0xFFFF)
                .deliveryClass(DeliveryClass.get(RecordLayout.deliveryClass(buffer, offset)));
        pageRecord.putSender(buffer, MessageBody.senderOffset(offset), MessageBody.senderLength(buffer, offset));
        pageRecord.putOrigin(
                buffer, MessageBody.originOffset(buffer, offset), MessageBody.originLength(buffer, offset));
        pageRecord.putTags(buffer, MessageBody.tagsOffset(buffer, offset), MessageBody.tagsLength(buffer, offset));
        pageRecord.putPayload(buffer, MessageBody.payloadOffset(buffer, offset), payloadLength);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + pageRecord.encodedLength());
        job.advance(payloadLength);
    }

    private boolean end(final PageJob job) {
        if (!claim(MessageHeaderEncoder.ENCODED_LENGTH + PageEndEncoder.BLOCK_LENGTH)) {
            return false;
        }
        pageEnd.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .correlationId(job.correlationId)
                .count(job.count)
                .more((short) (job.more ? 1 : 0));
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + pageEnd.encodedLength());
        return true;
    }

    private boolean claim(final int length) {
        return packer.claim(length) || (packer.flush() > 0 && packer.claim(length));
    }
}
