/** Turns a topic into the shards that want it, and a user into the shard that is its home. */
package io.stentor.fanout.route;
