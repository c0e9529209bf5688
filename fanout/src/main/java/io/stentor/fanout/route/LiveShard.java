package io.stentor.fanout.route;

/**
 * A shard that is attached and takes new sessions now.
 *
 * @param id its number.
 * @param name what operators call it.
 * @param address the URL at which clients reach it; empty when none do.
 * @param sessions how many sessions it said it has.
 */
public record LiveShard(int id, String name, String address, int sessions) {

    /** The same shard, reached at another address. */
    public LiveShard at(final String otherAddress) {
        return new LiveShard(id, name, otherAddress, sessions);
    }
}
