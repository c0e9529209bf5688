package io.stentor.perf.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes {@link Result}s as JSON. A field, once written, keeps its name and meaning; {@link #SCHEMA} counts breaks. */
public final class ResultFile {

    /** The shape that this build writes, and the only one that it reads. */
    public static final int SCHEMA = 2;

    /** A knee of an hour has some 5 MB. */
    private static final long BYTES_MAX = 256L << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    private ResultFile() {}

    /** Writes a result, replacing the file. */
    public static void write(final Result result, final Path file) throws IOException {
        Files.writeString(file, MAPPER.writeValueAsString(result) + "\n");
    }

    /** A result as JSON on one line, as a page embeds it. */
    public static String toJson(final Result result) throws IOException {
        return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(result);
    }

    /**
     * Reads a result.
     *
     * @throws IOException when it cannot be read, is no result, or is of another schema; the message names the file and what is
     *     wrong.
     */
    public static Result read(final Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": there is no such file");
        }
        if (Files.size(file) > BYTES_MAX) {
            throw new IOException(file + ": longer than " + BYTES_MAX + " bytes, which no result is");
        }
        try {
            final JsonNode tree = MAPPER.readTree(file.toFile());
            final JsonNode schema = tree.path("schema");
            if (!schema.isInt()) {
                throw new IOException(file + ": not a result of stentor-perf");
            }
            if (schema.intValue() != SCHEMA) {
                throw new IOException(file + ": schema " + schema.intValue() + ", and this build reads " + SCHEMA
                        + " only: measure again, or use the build that wrote it");
            }
            final Result result = MAPPER.treeToValue(tree, Result.class);
            if (result.kind() == null || result.environment() == null || result.verdict() == null) {
                throw new IOException(file + ": no kind, environment or verdict, so it is not whole");
            }
            return result;
        } catch (final JacksonException ex) {
            throw new IOException(file + ": not a result of stentor-perf: " + ex.getOriginalMessage(), ex);
        }
    }
}
