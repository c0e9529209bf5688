package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.TopicName;
import org.agrona.concurrent.NanoClock;

/** Answers history commands from the journal. One thread, the shard's. */
final class Histories implements PendingFetch.Taker {

    /** An offset that stands for the end where the read begins. */
    private static final long FROM_THE_END = -1;

    private record Question(Session session, long commandId) {}

    private final Fetches fetches;
    private final NanoClock clock;
    private final int messagesMax;
    private final int bytesMax;

    Histories(final Parts parts, final ShardContext context) {
        this.fetches = parts.fetches;
        this.clock = parts.clock;
        this.messagesMax = context.recoverMessagesMax();
        this.bytesMax = context.recoverBytesMax();
    }

    void onHistory(final Session session, final ClientCommand.History command) {
        if (command.id() == 0) {
            return;
        }
        final StreamPosition since = command.since();
        if (TopicName.problem(command.topic()) != null || (since != null && since.offset() < 0)) {
            session.fail(command.id(), ClientError.BAD_REQUEST);
            return;
        }
        final int limit = command.limit() < 0 ? messagesMax : Math.min(command.limit(), messagesMax);
        final PendingFetch fetch = new PendingFetch(command.topic(), new Question(session, command.id()), this)
                .after(0, 0, since == null ? FROM_THE_END : since.offset())
                .limits(limit, bytesMax)
                .reverse(command.reverse());
        if (since != null && !since.epoch().isEmpty()) {
            final Epoch epoch = Epoch.parse(since.epoch());
            if (epoch == null) {
                session.fail(command.id(), ClientError.UNRECOVERABLE_POSITION);
                return;
            }
            fetch.after(epoch.logId(), epoch.term(), since.offset());
        }
        if (!fetches.request(fetch, clock.nanoTime())) {
            session.fail(command.id(), ClientError.TOO_MANY_REQUESTS);
        }
    }

    @Override
    public void onPage(final PendingFetch fetch) {
        final Question question = (Question) fetch.about;
        if (fetch.isOk()) {
            final StreamPosition top =
                    new StreamPosition(Epoch.format(fetch.pageLogId, fetch.pageTerm), fetch.topOffset);
            question.session.reply(question.commandId, new Reply.HistoryPage(top, fetch.publications));
        } else {
            question.session.fail(
                    question.commandId,
                    fetch.code == ResultCode.POSITION_LOST ? ClientError.UNRECOVERABLE_POSITION : ClientError.INTERNAL);
        }
    }

    @Override
    public void onFailure(final PendingFetch fetch) {
        final Question question = (Question) fetch.about;
        question.session.fail(
                question.commandId,
                ClientError.INTERNAL,
                "the journal has not answered in time, or the shard attaches to the engine; try again");
    }
}
