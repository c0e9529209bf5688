/** The views that follow the journal: who has got how far. */
package io.stentor.fanout.directory;
