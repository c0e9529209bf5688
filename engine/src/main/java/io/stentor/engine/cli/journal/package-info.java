/** The command {@code stentor journal}: looks at a journal's files without owning them, copies and restores them. */
package io.stentor.engine.cli.journal;
