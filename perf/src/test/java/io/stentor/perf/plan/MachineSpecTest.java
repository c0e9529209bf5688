package io.stentor.perf.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MachineSpecTest {

    @Test
    void shouldReadWhatAPersonWrites() {
        assertEquals(new MachineSpec(16, 64 * 0x1p30, 4e12, 25e9), MachineSpec.parse("16,64GiB,4TB,25Gbit"));
        assertEquals(new MachineSpec(2, 5e8, 0x1p40, 1e9), MachineSpec.parse("2, 500MB, 1tib, 1000Mbit"));
    }

    @Test
    void shouldTakeFromMeasuredMachineWhatIsNotSaid() {
        final MachineSpec machine = MachineSpec.parse("-,-,2TB,10Gbit").or(Results.withCores(2));

        assertEquals(new MachineSpec(2, 8 * 0x1p30, 2e12, 10e9), machine);
        assertEquals(1e12, MachineSpec.UNKNOWN.or(Results.here()).diskBytes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "16,64GiB,4TB            | has 3 parts instead of 4",
                "0,64GiB,4TB,25Gbit      | cores '0' is not within 1..4096",
                "5000,64GiB,4TB,25Gbit   | cores '5000' is not within 1..4096",
                "many,64GiB,4TB,25Gbit   | cores 'many'",
                "16,64,4TB,25Gbit        | memory '64' is no amount like 64GiB",
                "16,64GiB,0TB,25Gbit     | disk '0TB' is no amount",
                "16,64GiB,4TB,25GB       | network '25GB' is no amount like 25Gbit",
                "16,-64GiB,4TB,25Gbit    | memory '-64GiB'"
            })
    void shouldSayWhichPartIsWrong(final String text, final String explanation) {
        final String problem = assertThrows(IllegalArgumentException.class, () -> MachineSpec.parse(text))
                .getMessage();

        assertTrue(problem.contains(explanation), problem);
    }
}
