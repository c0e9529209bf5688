package io.stentor.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EmbeddingExampleTest {

    private static final String BEGIN = "// tag::embedding[]";
    private static final String END = "// end::embedding[]";

    @Test
    void shouldDeliverIndexAndAnswer(@TempDir final Path directory) throws Exception {
        final List<String> lines = new CopyOnWriteArrayList<>();

        EmbeddingExample.run(directory, lines::add);
        EmbeddingExample.run(directory, lines::add);

        assertEquals(
                List.of("published at offset 1, JOURNALED", "published at offset 1, JOURNALED"),
                lines.stream().filter(line -> line.startsWith("published")).toList());
        assertTrue(lines.stream().filter(line -> line.equals("chat:1 #1 hello")).count() <= 2, lines.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.netty.channel.Channel",
                "picocli.CommandLine",
                "com.fasterxml.jackson.core.JsonFactory",
                "com.google.protobuf.CodedInputStream",
                "com.nimbusds.jose.JWSObject",
                "org.slf4j.simple.SimpleLogger"
            })
    void shouldBringNoLibraryOfTheEdge(final String className) {
        assertThrows(ClassNotFoundException.class, () -> Class.forName(className));
    }

    @Test
    void shouldStandInTheReadmeAsItIsCompiled() throws Exception {
        final Path source = Path.of("src/main/java/io/stentor/example/EmbeddingExample.java");
        final String code = Files.readString(source);
        final String region = code.substring(code.indexOf(BEGIN) + BEGIN.length(), code.indexOf(END))
                .stripIndent()
                .strip();

        assertTrue(
                Files.readString(Path.of("../../README.md")).contains("```java\n" + region + "\n```"),
                "README.md does not hold the region 'embedding' of " + source);
    }
}
