/** Connection shards: what their transport, their topics and their recoveries cost. */
package io.stentor.perf.shards;
