package io.stentor.engine.simulation;

import io.stentor.engine.JournalDecorator;
import io.stentor.journal.Journal;
import io.stentor.journal.JournalReader;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.transport.wire.CursorDecoder;
import io.stentor.transport.wire.DeliverDecoder;
import io.stentor.transport.wire.FetchDecoder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.HeartbeatDecoder;
import io.stentor.transport.wire.InterestOnDecoder;
import io.stentor.transport.wire.ReceiptDecoder;
import io.stentor.transport.wire.TopicOpenedDecoder;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/** A bug that is planted around the real engine and the real shards, to see whether the judge finds it. */
enum Flaw {
    NONE(""),

    /** The network is not the reliable one that the code is written for. */
    DROP_A_FRAGMENT("a frame follows sequence") {
        @Override
        void spoil(final VirtualNetwork network, final SplittableRandom random) {
            network.tap((link, fragment, length) ->
                    link.leadsTo(EngineNode.LIVE_STREAM_ID) && random.nextInt(500) == 0 ? 0 : length);
        }
    },

    /** Some frames are left out for one shard while it lags, and the chain closed behind them. */
    SKIP_FRAMES_WHEN_LAGGING("no rest|its cursor says") {
        @Override
        FragmentLink opened(final FragmentLink link) {
            return new SkippingLink(link);
        }
    },

    /** A shard says that a device has acknowledged more than it has. */
    ACKNOWLEDGE_TOO_FAR("its cursor says") {
        @Override
        void spoil(final VirtualNetwork network, final SplittableRandom random) {
            editAll(network, EngineNode.CONTROL_STREAM_ID, CursorDecoder.TEMPLATE_ID, (fragment, block) -> {
                final int index = block + CursorDecoder.sequenceEncodingOffset();
                Fragments.putLong(fragment, index, Fragments.getLong(fragment, index) + 20);
            });
        }
    },

    /** A start of the engine finds none of the message ids again. */
    FORGET_MESSAGE_IDS("twice in the log") {
        @Override
        Journal journal(final Journal journal) {
            return new JournalDecorator(journal) {
                @Override
                public JournalReader newReader() {
                    return new AlteringReader(super.newReader(), record -> {
                        if (RecordLayout.type(record, 0) == RecordType.MESSAGE) {
                            record.putByte(MessageBody.messageIdOffset(record, 0), (byte) '?');
                        }
                    });
                }
            };
        }
    },

    /** What is only journaled is called forced. */
    CALL_EVERYTHING_FORCED("a payment that is not forced|was told SYNCED") {
        @Override
        Journal journal(final Journal journal) {
            return new JournalDecorator(journal) {
                @Override
                public long syncedSequence() {
                    return lastSequence();
                }
            };
        }
    },

    /** Positions of what was lost are taken for good ones. */
    ACCEPT_LOST_POSITIONS("the log |was answered a part|no rest|has a gap|two contents") {
        @Override
        void spoil(final VirtualNetwork network, final SplittableRandom random) {
            editAll(
                    network,
                    EngineNode.FETCH_STREAM_ID,
                    FetchDecoder.TEMPLATE_ID,
                    (fragment, block) -> Fragments.putLong(fragment, block + FetchDecoder.logIdEncodingOffset(), 0));
        }
    },

    /** A publisher is told of another place than its message has. */
    RECEIPT_OF_ANOTHER_PLACE("which the log never had") {
        @Override
        void spoil(final VirtualNetwork network, final SplittableRandom random) {
            editAll(network, EngineNode.LIVE_STREAM_ID, ReceiptDecoder.TEMPLATE_ID, (fragment, block) -> {
                final int index = block + ReceiptDecoder.topicOffsetEncodingOffset();
                Fragments.putLong(fragment, index, Fragments.getLong(fragment, index) + 1);
            });
        }
    },

    /** The engine leaves the streams open of shards that have gone. */
    LEAVE_STREAMS_OPEN("streams open") {
        @Override
        FragmentLink opened(final FragmentLink link) {
            return new Between(link) {
                @Override
                public void close() {
                    // As if nobody had to.
                }
            };
        }
    };

    private interface FieldEdit {
        void edit(UnsafeBuffer fragment, int block);
    }

    private final String words;

    Flaw(final String words) {
        this.words = words;
    }

    /** Whether these are the words of somebody who has found it. */
    boolean isNamedBy(final String message) {
        return Pattern.compile(words).matcher(message).find();
    }

    /** What the engine writes to. */
    Journal journal(final Journal journal) {
        return journal;
    }

    /** A stream to a shard, as the engine sees it. */
    FragmentLink opened(final FragmentLink link) {
        return link;
    }

    /** Spoils what passes the network. */
    void spoil(final VirtualNetwork network, final SplittableRandom random) {}

    private static void editAll(
            final VirtualNetwork network, final int streamId, final int templateId, final FieldEdit edit) {
        network.tap((link, fragment, length) -> link.leadsTo(streamId)
                ? Fragments.edit(fragment, length, (template, buffer, block) -> {
                    if (template == templateId) {
                        edit.edit(buffer, block);
                    }
                    return true;
                })
                : length);
    }

    private static class Between implements FragmentLink {

        private final FragmentLink link;

        Between(final FragmentLink link) {
            this.link = link;
        }

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length) {
            return link.offer(buffer, offset, length);
        }

        @Override
        public int fragmentLengthMax() {
            return link.fragmentLengthMax();
        }

        @Override
        public int fragmentLengthPreferred() {
            return link.fragmentLengthPreferred();
        }

        @Override
        public boolean isConnected() {
            return link.isConnected();
        }

        @Override
        public void close() {
            link.close();
        }
    }

    /** Leaves out the first frames that are sent after the reader did not keep up. */
    private static final class SkippingLink extends Between {

        private static final int SKIPPED = 10;
        private static final long NOT_SKIPPED = 0;

        /** Of each frame that was left out, the one before it. */
        private final Long2LongHashMap skipped = new Long2LongHashMap(NOT_SKIPPED);

        private int armed;

        SkippingLink(final FragmentLink link) {
            super(link);
        }

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length) {
            final UnsafeBuffer fragment = new UnsafeBuffer(new byte[length]);
            fragment.putBytes(0, buffer, offset, length);
            final int wasArmed = armed;
            final int left = Fragments.edit(fragment, length, this::edit);
            final long result = left == 0 ? 1 : super.offer(fragment, 0, left);
            if (result < 0) {
                armed = result == BACK_PRESSURED ? SKIPPED : wasArmed;
            }
            return result;
        }

        private boolean edit(final int templateId, final UnsafeBuffer fragment, final int block) {
            if (templateId != DeliverDecoder.TEMPLATE_ID
                    && templateId != HeartbeatDecoder.TEMPLATE_ID
                    && templateId != InterestOnDecoder.TEMPLATE_ID
                    && templateId != TopicOpenedDecoder.TEMPLATE_ID) {
                return true;
            }
            // The sequence of the frame before is the first field of each of them.
            long before = Fragments.getLong(fragment, block);
            while (skipped.get(before) != NOT_SKIPPED) {
                before = skipped.get(before);
            }
            Fragments.putLong(fragment, block, before);
            if (armed > 0 && templateId == DeliverDecoder.TEMPLATE_ID && before != NOT_SKIPPED) {
                armed--;
                skipped.put(Fragments.getLong(fragment, block + DeliverDecoder.sequenceEncodingOffset()), before);
                return false;
            }
            return true;
        }
    }
}
