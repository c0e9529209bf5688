/** Frames between the engine and its shards over Aeron: the one home of Aeron client and driver. */
package io.stentor.transport.aeron;
