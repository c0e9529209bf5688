package io.stentor.fanout.route;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Chooses the home shard of a user: the one with the highest weight for this user among those that are live. Whoever knows the
 * same shards finds the same home, with nothing to remember. A shard that goes takes only its own users along, to all the
 * others evenly; one that comes takes an even share from each.
 *
 * <p>The weight of shard {@code id} for {@code user} is {@code mix(fnv(user) ^ mix(id + 0x9e3779b97f4a7c15))}, unsigned. {@code
 * fnv} is FNV-1a of 64 bits over the user's UTF-8, {@code mix} the finalizer of SplitMix64, under which one bit of difference
 * between users or ids flips half of the weight's bits. Only the shard's id counts, so a shard keeps its users when it restarts
 * under another address. Other implementations can check themselves:
 *
 * <pre>
 *   user     weight of shard 1   weight of shard 2   home of shards 1 to 5
 *   alice    5fa877469334507b    e119eb91d05d809a    2
 *   bob      de335101fd881aec    7cc8cbbb78829d7c    1
 *   j&uuml;rgen   510f2249be53f49e    6b832991262137bb    4
 * </pre>
 */
public final class Placement {

    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** 2^64 divided by the golden ratio: ids are small and dense, this spreads them before they are mixed. */
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    private Placement() {}

    /**
     * The home of a user.
     *
     * @param shards the live shards in any order; those without an address are no one's home.
     * @return the shard; null when no shard has an address.
     */
    public static LiveShard home(final String user, final List<LiveShard> shards) {
        final long userHash = hash(user);
        LiveShard home = null;
        long heaviest = 0;
        for (final LiveShard shard : shards) {
            if (shard.address().isEmpty()) {
                continue;
            }
            final long weight = weight(userHash, shard.id());
            final int order = home == null ? 1 : Long.compareUnsigned(weight, heaviest);
            // Equal weights are nearly impossible, but then too everybody has to choose alike.
            if (order > 0 || (order == 0 && shard.id() < home.id())) {
                home = shard;
                heaviest = weight;
            }
        }
        return home;
    }

    /** The weight of a shard for a user. */
    static long weight(final String user, final int shardId) {
        return weight(hash(user), shardId);
    }

    private static long weight(final long userHash, final int shardId) {
        return mix(userHash ^ mix(shardId + GOLDEN_RATIO));
    }

    private static long hash(final String user) {
        long hash = FNV_OFFSET_BASIS;
        for (final byte octet : user.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }

    private static long mix(final long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
