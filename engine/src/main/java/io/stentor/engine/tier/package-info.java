/** The delivery tier that runs alone: the engine, its embedded shard and the gateway behind one port. */
package io.stentor.engine.tier;
