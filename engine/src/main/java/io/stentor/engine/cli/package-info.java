/** The engine as a command: the one home of picocli. */
package io.stentor.engine.cli;
