package io.stentor.perf.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * A swarm in a process of its own, which does as it is told line by line until its input ends.
 *
 * <pre>
 *   KEY EXPIRES        first: the key of its tokens, and when they end in seconds since 1970
 *   grow N             -&gt; open N       all N are open and answered, and none has failed
 *                      -&gt; error TEXT   one has failed, or too few opened in time
 * </pre>
 *
 * Arguments: port, number of the first client, topics of each, whether they share one more. The key is no argument,
 * since every user of the machine can read those.
 */
public final class SwarmMain {

    static final String GROW = "grow ";
    static final String OPEN = "open ";
    static final String ERROR = "error ";

    private SwarmMain() {}

    /**
     * Runs until the input ends.
     *
     * @param args port, number of the first client, topics of each, whether they share one more.
     */
    public static void main(final String[] args) throws IOException, GeneralSecurityException {
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        final String[] key = in.readLine().split(" ");
        final Tokens tokens = new Tokens(key[0], Long.parseLong(key[1]));
        final int topics = Integer.parseInt(args[2]);
        final boolean shared = Boolean.parseBoolean(args[3]);
        try (Swarm swarm = new Swarm(Integer.parseInt(args[0]), Integer.parseInt(args[1]), number -> {
            final String user = "user-" + number;
            return Subscribes.own(tokens.of(user), user, topics, shared);
        })) {
            obey(in, swarm, System.out);
        }
    }

    /** Does what the lines say. */
    static void obey(final BufferedReader in, final Swarm swarm, final PrintStream out) throws IOException {
        String line;
        while ((line = in.readLine()) != null) {
            try {
                if (!line.startsWith(GROW)) {
                    throw new IOException("'" + line + "' is no command");
                }
                final int count = Integer.parseInt(line.substring(GROW.length()));
                swarm.grow(count);
                out.println(OPEN + count);
            } catch (final IOException | NumberFormatException ex) {
                out.println(ERROR + ex.getMessage());
            }
            out.flush();
        }
    }
}
