/** Sequence, journal, route, send: the one home of the Disruptor. */
package io.stentor.engine.pipeline;
