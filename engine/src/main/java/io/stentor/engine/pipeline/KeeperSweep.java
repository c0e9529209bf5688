package io.stentor.engine.pipeline;

import io.stentor.journal.Keeper;
import io.stentor.journal.KeeperReader;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.SegmentInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the keeper's files once nothing in them lives any more. Reads each of them once, in pieces, to learn until when
 * that is; one that cannot be read stays. One thread.
 */
final class KeeperSweep implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(KeeperSweep.class);

    /** Records of a piece: some 100 us of work for small ones. */
    private static final int RECORDS = 128;

    private final RecordHandler handler = this::onRecord;
    private final Map<Long, Long> endsNs = new HashMap<>();
    private final Keeper keeper;
    private final RecordLife life;
    private final KeeperReader reader;

    /** The file that is read, null if none is. */
    private SegmentInfo file;

    private long endNs;

    KeeperSweep(final Keeper keeper, final RecordLife life) {
        this.keeper = keeper;
        this.life = life;
        this.reader = keeper.newReader();
    }

    /**
     * Reads the next piece, or removes a file.
     *
     * @param nowNs engine time.
     * @return false when there is nothing to do.
     */
    boolean doWork(final long nowNs) {
        if (file != null) {
            read();
            return true;
        }
        final List<SegmentInfo> files = keeper.files();
        for (final SegmentInfo kept : files) {
            final Long end = endsNs.get(kept.firstSequence());
            if (end == null) {
                begin(kept);
                return true;
            }
            if (end <= nowNs) {
                endsNs.remove(kept.firstSequence());
                keeper.remove(kept.firstSequence());
                LOGGER.info("removed what was kept of records {}..{}", kept.firstSequence(), kept.lastSequence());
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        reader.close();
    }

    private void begin(final SegmentInfo kept) {
        // Until it has been read: if that fails it stays, and is not read again.
        endsNs.put(kept.firstSequence(), RetentionPolicy.FOREVER);
        endNs = RecordLife.NONE;
        if (reader.begin(kept)) {
            file = kept;
        }
    }

    private void read() {
        final SegmentInfo reading = file;
        file = null;
        if (reader.poll(handler, RECORDS) > 0) {
            file = reading;
        } else {
            endsNs.put(reading.firstSequence(), endNs);
            // Or the file would keep its space once it is removed.
            reader.close();
        }
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        endNs = Math.max(endNs, life.endNs(buffer, offset));
    }
}
