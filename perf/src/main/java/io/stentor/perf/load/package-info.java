/** Loads the engine and reads the curves. */
package io.stentor.perf.load;
