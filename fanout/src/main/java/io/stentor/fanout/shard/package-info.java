/** Holds sessions in the shard's process. */
package io.stentor.fanout.shard;
