package io.stentor.engine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ServeHelpTest {

    @Test
    void shouldExplainEveryOptionAndComplainOfNothing() {
        final StringWriter out = new StringWriter();
        final CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        // The library complains there of texts that it cannot format.
        final PrintStream err = System.err;
        final ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        System.setErr(new PrintStream(complaints, true, UTF_8));
        try {
            assertEquals(0, command.execute("serve", "--help"));
        } finally {
            System.setErr(err);
        }
        assertEquals("", complaints.toString(UTF_8));
        final String help = out.toString();
        assertTrue(help.contains("5 % of the disk"), help);
        assertTrue(help.contains("--accept-loss=FIRST..LAST") && help.contains("--scrub-rate=BYTES"), help);
    }
}
