/** The cost of single methods, by JMH: one class for each step of a message's way. */
package io.stentor.perf.bench;
