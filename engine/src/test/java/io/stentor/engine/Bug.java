package io.stentor.engine;

import io.stentor.engine.history.Violation.Kind;
import io.stentor.journal.CursorBody;
import io.stentor.journal.Journal;
import io.stentor.journal.JournalAppender;
import io.stentor.journal.JournalReader;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.transport.wire.AckLevel;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/** Bugs that somebody could write, planted around the real parts, and the promise that each must be seen to break. */
enum Bug {
    NONE(null),

    SKIP_THE_FORCE(Kind.LOST) {
        @Override
        Journal journal(final Journal journal) {
            return new JournalDecorator(journal) {
                @Override
                public long syncedSequence() {
                    return lastSequence();
                }

                @Override
                public void requestForce(final long sequence) {
                    // Nobody is told, and nobody sees.
                }
            };
        }
    },

    FORCE_ONLY_WHEN_ASKED(Kind.LOST) {
        @Override
        Journal journal(final Journal journal) {
            return new JournalDecorator(journal) {
                private long requestedSequence;

                @Override
                public void requestForce(final long sequence) {
                    requestedSequence = sequence;
                    super.requestForce(sequence);
                }

                @Override
                public List<Agent> backgroundAgents() {
                    final Agent agent = super.backgroundAgents().get(0);
                    return List.of(new Agent() {
                        @Override
                        public int doWork() throws Exception {
                            return requestedSequence > syncedSequence() ? agent.doWork() : 0;
                        }

                        @Override
                        public String roleName() {
                            return agent.roleName();
                        }
                    });
                }
            };
        }
    },

    ACKNOWLEDGE_BEFORE_THE_APPEND(Kind.LOST) {
        @Override
        Journal journal(final Journal journal) {
            final LateAppender late = new LateAppender(journal.appender());
            return new JournalDecorator(withAppender(journal, late)) {
                @Override
                public List<Agent> backgroundAgents() {
                    return Stream.concat(super.backgroundAgents().stream(), Stream.of(late))
                            .toList();
                }
            };
        }
    },

    SWALLOW_AN_EXCEPTION_IN_THE_JOURNAL_STEP(Kind.LOST) {
        @Override
        Journal journal(final Journal journal) {
            return withAppender(journal, new SwallowingAppender(journal.appender()));
        }
    },

    ALTER_A_PAYLOAD_BEFORE_THE_APPEND(Kind.PHANTOM) {
        @Override
        Journal journal(final Journal journal) {
            return withAppender(journal, new JournalDecorator.Appender(journal.appender()) {
                @Override
                public void append(final DirectBuffer record, final int offset, final int length) {
                    final UnsafeBuffer altered = JournalDecorator.copy(record, offset, length);
                    if (isMessage(altered) && RecordLayout.offset(altered, 0) == 7) {
                        altered.putByte(length - 1, (byte) '!');
                        RecordLayout.sealBody(altered, 0);
                        RecordLayout.sealHeader(altered, 0);
                    }
                    super.append(altered, 0, length);
                }
            });
        }
    },

    DROP_THE_DEDUPE_TABLE_ON_RESTART(Kind.DUPLICATE) {
        @Override
        Journal journal(final Journal journal) {
            return withReader(journal, record -> {
                if (isMessage(record) && MessageBody.messageIdLength(record, 0) > 0) {
                    record.putByte(MessageBody.messageIdOffset(record, 0), (byte) '?');
                }
            });
        }
    },

    WRONG_TERM_AFTER_RESTART(Kind.TERM) {
        @Override
        Journal journal(final Journal journal) {
            return withReader(journal, record -> RecordLayout.term(record, 0, RecordLayout.term(record, 0) - 1));
        }
    },

    CURSOR_AHEAD(Kind.CURSOR) {
        @Override
        Journal journal(final Journal journal) {
            return withReader(journal, record -> moveCursors(record, CURSOR_SHIFT));
        }
    },

    CURSOR_BEHIND(Kind.CURSOR) {
        @Override
        Journal journal(final Journal journal) {
            return withReader(journal, record -> moveCursors(record, -CURSOR_SHIFT));
        }
    },

    ANOTHER_CONTENT_WHEN_READ_AGAIN(Kind.CONTENT) {
        @Override
        Journal journal(final Journal journal) {
            return withReader(journal, record -> {
                if (isMessage(record) && RecordLayout.offset(record, 0) % 5 == 0) {
                    record.putByte(record.capacity() - 1, (byte) '!');
                }
            });
        }
    },

    SWAP_TWO_RECORDS(Kind.REORDER) {
        @Override
        SessionHandler reader(final SessionHandler handler) {
            return new Between(handler) {
                private Copy held;

                @Override
                public void onMessage(final EngineSession session, final DeliveredMessage message) {
                    if (message.offset() % 9 == 4 && held == null) {
                        held = new Copy(message);
                    } else {
                        super.onMessage(session, message);
                        if (held != null) {
                            super.onMessage(session, held.message());
                            held = null;
                        }
                    }
                }
            };
        }
    },

    DROP_ONE_RECORD_IN_REPLAY(Kind.GAP) {
        @Override
        SessionHandler reader(final SessionHandler handler) {
            return new Between(handler) {
                private boolean dropped;

                @Override
                public void onMessage(final EngineSession session, final DeliveredMessage message) {
                    if (dropped) {
                        super.onMessage(session, message);
                    }
                    dropped = true;
                }
            };
        }
    },

    DELIVER_TWICE_AFTER_RECOVERY(Kind.DUPLICATE) {
        @Override
        SessionHandler reader(final SessionHandler handler) {
            return new Between(handler) {
                private boolean repeated;

                @Override
                public void onMessage(final EngineSession session, final DeliveredMessage message) {
                    final Copy again = new Copy(message);
                    super.onMessage(session, message);
                    if (!repeated) {
                        repeated = true;
                        super.onMessage(session, again.message());
                    }
                }
            };
        }
    },

    RECOVERED_WITH_A_GAP(Kind.RECOVERY) {
        @Override
        SessionHandler reader(final SessionHandler handler) {
            return new Between(handler) {
                @Override
                public void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {
                    // As if nothing were missing.
                }
            };
        }
    },

    REFUSE_A_GOOD_POSITION(Kind.RECOVERY) {
        @Override
        SessionHandler reader(final SessionHandler handler) {
            return new Between(handler) {
                private boolean refused;

                @Override
                public void onMessage(final EngineSession session, final DeliveredMessage message) {
                    if (!refused) {
                        refused = true;
                        onSnapshotNeeded(session, message.topic(), message.offset() - 1);
                    }
                    super.onMessage(session, message);
                }
            };
        }
    },

    LOWER_THE_LEVEL_SILENTLY(Kind.LOST) {
        @Override
        CompletionStage<Receipt> publish(final Publisher publisher, final Message message, final AckLevel level) {
            return publisher
                    .publish(message.level(AckLevel.JOURNALED))
                    .thenApply(receipt -> new Receipt(receipt.epoch(), receipt.offset(), level, receipt.repeated()));
        }
    },

    GIVE_A_LOWER_LEVEL(Kind.LEVEL) {
        @Override
        CompletionStage<Receipt> publish(final Publisher publisher, final Message message, final AckLevel level) {
            return publisher.publish(message.level(AckLevel.JOURNALED));
        }
    },

    ANSWER_A_REPEAT_WITH_ANOTHER_OFFSET(Kind.LOST) {
        @Override
        CompletionStage<Receipt> publish(final Publisher publisher, final Message message, final AckLevel level) {
            return publisher
                    .publish(message.level(level))
                    .thenApply(receipt -> receipt.repeated()
                            ? new Receipt(receipt.epoch(), receipt.offset() + 1, receipt.level(), true)
                            : receipt);
        }
    },

    TAKE_A_REPEAT_FOR_NEW(Kind.DUPLICATE) {
        @Override
        CompletionStage<Receipt> publish(final Publisher publisher, final Message message, final AckLevel level) {
            return publisher
                    .publish(message.level(level))
                    .thenApply(receipt -> new Receipt(receipt.epoch(), receipt.offset(), receipt.level(), false));
        }
    },

    NEVER_LOOK_AT_THE_MESSAGE_ID(Kind.DUPLICATE) {
        @Override
        CompletionStage<Receipt> publish(final Publisher publisher, final Message message, final AckLevel level) {
            return publisher.publish(message.messageId("").level(level));
        }
    };

    /** A cursor is a sequence: so many records hold at least one message of the device's topic. */
    private static final int CURSOR_SHIFT = 4;

    private final Kind broken;

    Bug(final Kind broken) {
        this.broken = broken;
    }

    /** The promise that it breaks; null for {@link #NONE}. */
    Kind broken() {
        return broken;
    }

    Journal journal(final Journal journal) {
        return journal;
    }

    /** Between the session and a reader that has come back. */
    SessionHandler reader(final SessionHandler handler) {
        return handler;
    }

    CompletionStage<Receipt> publish(final Publisher publisher, final Message message, final AckLevel level) {
        return publisher.publish(message.level(level));
    }

    private static Journal withAppender(final Journal journal, final JournalAppender appender) {
        return new JournalDecorator(journal) {
            @Override
            public JournalAppender appender() {
                return appender;
            }
        };
    }

    private static Journal withReader(final Journal journal, final Consumer<UnsafeBuffer> alteration) {
        return new JournalDecorator(journal) {
            @Override
            public JournalReader newReader() {
                return new AlteringReader(super.newReader(), alteration);
            }
        };
    }

    private static boolean isMessage(final DirectBuffer record) {
        return RecordLayout.type(record, 0) == RecordType.MESSAGE;
    }

    private static void moveCursors(final UnsafeBuffer record, final long by) {
        if (RecordLayout.type(record, 0) == RecordType.CURSOR) {
            final int end = CursorBody.end(record, 0);
            for (int entry = CursorBody.firstEntry(0); entry < end; entry = CursorBody.nextEntry(record, entry)) {
                record.putLong(entry, CursorBody.sequence(record, entry) + by, ByteOrder.LITTLE_ENDIAN);
            }
        }
    }

    /** Writes now and then what was committed meanwhile; the first, with the term, at once, or nothing would start. */
    private static final class LateAppender extends JournalDecorator.Appender implements Agent {

        private static final int LATE_ROUNDS = 20;

        private final List<UnsafeBuffer> late = new ArrayList<>();
        private boolean started;
        private long lastSequence;
        private int rounds;

        LateAppender(final JournalAppender inner) {
            super(inner);
            lastSequence = inner.lastSequence();
        }

        @Override
        public void append(final DirectBuffer record, final int offset, final int length) {
            late.add(JournalDecorator.copy(record, offset, length));
            lastSequence++;
        }

        @Override
        public void commit() {
            if (!started) {
                started = true;
                write();
            }
        }

        @Override
        public long lastSequence() {
            return lastSequence;
        }

        @Override
        public int doWork() {
            if (++rounds % LATE_ROUNDS == 0) {
                write();
            }
            return 0;
        }

        @Override
        public String roleName() {
            return "late-append";
        }

        private void write() {
            late.forEach(record -> super.append(record, 0, record.capacity()));
            late.clear();
            super.commit();
        }
    }

    /** One append goes wrong, then all that follow; nobody hears of it. */
    private static final class SwallowingAppender extends JournalDecorator.Appender {

        private int appends;

        SwallowingAppender(final JournalAppender inner) {
            super(inner);
        }

        @Override
        public void append(final DirectBuffer record, final int offset, final int length) {
            try {
                if (++appends == 20) {
                    throw new IllegalStateException("the disk does not answer");
                }
                super.append(record, offset, length);
            } catch (final IllegalStateException ex) {
                // As if nothing had happened.
            }
        }
    }

    /** A handler between the session and the reader. */
    private static class Between implements SessionHandler {

        private final SessionHandler handler;

        Between(final SessionHandler handler) {
            this.handler = handler;
        }

        @Override
        public void onMessage(final EngineSession session, final DeliveredMessage message) {
            handler.onMessage(session, message);
        }

        @Override
        public void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {
            handler.onSnapshotNeeded(session, topic, offset);
        }
    }

    /** A message that outlives its view. */
    private static final class Copy {

        private final DeliveredMessage message = new DeliveredMessage();

        Copy(final DeliveredMessage view) {
            final UnsafeBuffer payload =
                    JournalDecorator.copy(view.buffer(), view.payloadOffset(), view.payloadLength());
            message.place(view.topic(), view.topicId(), view.offset(), view.sequence(), view.timestampNs())
                    .payload(payload, 0, payload.capacity());
        }

        DeliveredMessage message() {
            return message;
        }
    }
}
