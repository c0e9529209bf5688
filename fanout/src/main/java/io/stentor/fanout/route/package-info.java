/** Turns a topic into the shards that want it. */
package io.stentor.fanout.route;
