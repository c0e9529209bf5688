package io.stentor.perf.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Text from the class path. */
final class Resource {
    private Resource() {}

    /**
     * The whole of it.
     *
     * @param name from the root with a slash, or of a file beside this class.
     * @throws IOException when it is not there: the build is incomplete.
     */
    static String text(final String name) throws IOException {
        try (InputStream in = Resource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name + " is not on the class path");
            }
            // A page is hashed as browsers see it, and they see one character at the end of a line.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        }
    }
}
