package io.stentor.perf.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What other programs print is read right, or refused. */
final class ReadingsTest {

    @Test
    void shouldReadSoftLimitOfFiles() throws Exception {
        assertEquals(
                20_000,
                OpenFiles.limit(List.of(
                        "Limit                     Soft Limit           Hard Limit           Units",
                        "Max open files            20000                524288               files")));
        assertEquals(
                Long.MAX_VALUE, OpenFiles.limit(List.of("Max open files            unlimited   unlimited    files")));
        assertThrows(IOException.class, () -> OpenFiles.limit(List.of("Max processes 1 2 processes")));
    }

    @Test
    void shouldReadTotalOfClassHistogram() throws Exception {
        assertEquals(
                4_712_345L,
                ProcessMemory.liveHeap(List.of(
                        "960:",
                        " num     #instances         #bytes  class name (module)",
                        "   1:           187       52187560  [J (java.base@17.0.15)",
                        "Total         51234        4712345")));
        assertThrows(IOException.class, () -> ProcessMemory.liveHeap(List.of("960:", "Command executed")));
    }

    @Test
    void shouldReadKibibytesOfRollup() throws Exception {
        final List<String> rollup = List.of("Rss:              362932 kB", "Anonymous:        248688 kB");

        assertEquals(362_932, ProcFile.figure(rollup, "Rss"));
        assertThrows(IOException.class, () -> ProcFile.figure(rollup, "Pss"));
    }
}
