package io.stentor.perf.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stentor.perf.result.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class PlanCommandTest {
    private static final String MACHINE = "-,-,10TB,10Gbit";

    @TempDir
    private Path directory;

    private String knee;
    private String synced;
    private String conns;

    private record Run(int exitCode, String out, String err) {
        /** What was printed, without the ends of lines that 100 columns put into sentences. */
        String text() {
            return out.replaceAll("\\s+", " ");
        }
    }

    @BeforeEach
    void measure() throws IOException {
        knee = Results.write(directory, "knee.json", Results.knee(100_000, "JOURNALED"));
        synced = Results.write(directory, "synced.json", Results.knee(30_000, "SYNCED"));
        conns = Results.write(directory, "conns.json", Results.conns(4_000, 2_500.0));
    }

    @Test
    void shouldPrintTheWholeAnswer() {
        final Run run = plan("--profile", "messenger-800m", "--machine", MACHINE);

        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        for (final String part : List.of(
                "plan for messenger-800m: 800,000,000 users, used to 60 %, 3 zone(s)",
                "sends/s 400,000 720,000 1,400,000 1,172,000",
                "deliveries/s 966,160 1,739,088 3,381,560",
                "open connections 99,840,000 197.6 M",
                "session starts/s 151,273 299,394",
                "journal a day, one copy 10.4 TB",
                "engine 100,000 msg/s, p99 <= 10.0 ms",
                "scalability law closed loop, 6 points: lambda 25,000 [",
                "limits of the engine: ",
                " binds, ",
                " is next",
                "machines more or less, if",
                "confidence: the answer goes up to ",
                "sessions of a shard machine",
                "LOWER BOUND: knee.json was measured without replication",
                "LOWER BOUND: the deliveries of knee.json ended in the rig's process")) {
            assertTrue(run.text().contains(part), () -> part + " is not in\n" + run.out());
        }
        assertFalse(run.out().contains("missing:"), run.out());
        run.out().lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }

    @Test
    void shouldWriteJsonThatNamesFilesAndAssumptions() throws IOException {
        final Path json = directory.resolve("plan.json");

        plan("--profile", "messenger-800m", "--machine", MACHINE, "--json", json.toString());

        final JsonNode plan = new ObjectMapper().readTree(json.toFile());
        assertEquals(1, plan.path("schema").intValue());
        assertEquals(800e6, plan.at("/inputs/profile/figures/USERS").doubleValue());
        assertEquals("knee.json", plan.at("/inputs/evidence/engine/file").textValue());
        assertEquals(400_000, plan.at("/demand/mean/sends").doubleValue(), 1e-3);
        assertTrue(plan.at("/sizing/groups").intValue() > 0);
        assertTrue(plan.at("/sensitivity").size() > 20);
    }

    @Test
    void shouldRefuseToInventWhatNobodyMeasured() {
        final Run run = run("--profile", "messenger-800m", "--machine", MACHINE, "--curve", knee);

        assertEquals(1, run.exitCode());
        assertTrue(
                run.text().contains("memory of a session not measured: give a result of 'stentor-perf conns'"),
                run.out());
        assertTrue(run.text().contains("shards at least "), run.out());
        assertTrue(run.text().contains("engine groups at least "), run.out());
        assertTrue(run.err().startsWith("stentor-perf: the answer is not whole, "), run.err());
        assertTrue(run.err().contains("shard memory: not measured: give a result of 'stentor-perf conns'"), run.err());
        assertTrue(run.err().contains("give a result of 'stentor-perf knee --level SYNCED'"), run.err());
    }

    @Test
    void shouldPrintDemandAloneWithoutAnyCurve() {
        final Run run = run("--profile", "one-to-one", "--users", "1000000");

        assertEquals(1, run.exitCode());
        assertTrue(run.text().contains("sends/s 231 463 926"), run.out());
        assertTrue(run.text().contains("engine not measured: give a result of 'stentor-perf knee'"), run.out());
        assertTrue(run.err().contains("network: not known: give --machine"), run.err());
    }

    @Test
    void shouldRefuseInvalidCurve() throws IOException {
        final String bad = Results.write(
                directory,
                "bad.json",
                Results.withVerdict(Results.knee(1, "JOURNALED"), Result.Verdict.INVALID, "3 messages were lost"));

        final Run run = run("--profile", "soak", "--curve", bad);

        assertEquals(1, run.exitCode());
        assertTrue(
                run.err().contains("bad.json: its verdict is INVALID, so nothing may rest on it: 3 messages were lost"),
                run.err());
        assertEquals("", run.out());
    }

    @Test
    void shouldSayWhichCurveIsMissing() {
        final Run run =
                run("--profile", "soak", "--curve", directory.resolve("no.json").toString());

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("no.json: there is no such file"), run.err());
    }

    @Test
    void shouldWarnOfCurveThatMissedItsObjective() throws IOException {
        final String missed = Results.write(
                directory,
                "missed.json",
                Results.withVerdict(Results.conns(9_000, 100.0), Result.Verdict.FAIL, "9,000 bytes, limit 6,144"));

        final Run run = run("--profile", "soak", "--curve", missed);

        assertTrue(run.text().contains("missed.json missed its objective: 9,000 bytes, limit 6,144"), run.out());
    }

    @Test
    void shouldWarnOfAnotherMachineAndNotScaleOverCores() throws IOException {
        final int cores = Results.here().cores();
        final String other = Results.write(
                directory,
                "other.json",
                Results.knee(50_000, Results.settings("engine", "JOURNALED", 400), Results.withCores(cores + 1)));

        final Run larger = run("--profile", "soak", "--machine", (cores + 2) + ",-,-,10Gbit", "--curve", other);
        assertTrue(larger.text().contains("other.json was measured on another machine than this one"), larger.out());
        assertTrue(larger.text().contains("cores NOT MEASURED with the " + (cores + 2)), larger.out());
        assertTrue(
                larger.text().contains("what more cores add is not measured, so each counts as one of " + (cores + 1)),
                larger.out());

        final Run smaller = run("--profile", "soak", "--machine", cores + ",-,-,10Gbit", "--curve", other);
        assertTrue(smaller.text().contains("a planned machine has " + cores + ": nothing rests on it"), smaller.out());
        assertEquals(1, smaller.exitCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "--users 5                                   | Missing required option: '--profile=P'",
                "--profile messenger-800                     | did you mean 'messenger-800m'?",
                "--profile soak --users 0                    | --users=0 users is not within 1..100000000000",
                "--profile soak --users many                 | 'many' is not a long",
                "--profile soak --utilisation 1.5            | --utilisation=1.5 is not within 0.05..1",
                "--profile soak --utilisation NaN            | --utilisation=NaN is not within",
                "--profile soak --zones 0                    | --zones=0 zones is not within 1..100",
                "--profile soak --kernel-bytes -1            | --kernel-bytes=-1 bytes is not within 0..1048576",
                "--profile soak --machine 16,64GiB           | --machine: '16,64GiB' has 2 parts instead of 4",
                "--profile soak --machine 16,64GiB,4TB,fast  | --machine: network 'fast' is no amount like 25Gbit",
                "--profile soak --json /no/such/plan.json    | --json=/no/such/plan.json cannot be written",
                "--profile soak --curves x                   | Unknown option"
            })
    void shouldExplainWrongCommandLine(final String line, final String explanation) {
        final Run run = run(line.split(" +"));

        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains(explanation), run.err());
    }

    @Test
    void shouldPointAtTheLineOfABadProfile() throws IOException {
        final Path file = directory.resolve("big-groups.yaml");
        Files.writeString(file, profiles("big-groups").out().replace("onlineShare:", "onlineShar:"));

        final Run run = run("--profile", file.toString());

        assertEquals(2, run.exitCode());
        assertTrue(
                run.err()
                        .contains(
                                "profile big-groups.yaml line 10: unknown key 'onlineShar', did you mean 'onlineShare'?"),
                run.err());
    }

    @Test
    void shouldListPrintAndCheckProfiles() throws IOException {
        final Run list = profiles();
        assertEquals(8, list.out().lines().count(), list.out());

        final Run text = profiles("soak");
        assertTrue(text.out().contains("sendsPerDay: 60"), text.out());

        final Path file = Files.writeString(directory.resolve("mine.yaml"), text.out());
        assertTrue(profiles(file.toString()).out().startsWith("mine: 347 sends/s on average, "));

        final Run wrong = profiles("soap");
        assertEquals(2, wrong.exitCode());
        assertTrue(wrong.err().contains("did you mean 'soak'?"), wrong.err());
    }

    private Run plan(final String... args) {
        final List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--curve", knee, "--curve", synced, "--curve", conns));
        return run(all.toArray(String[]::new));
    }

    private static Run run(final String... args) {
        return execute(new PlanCommand(), args);
    }

    private static Run profiles(final String... args) {
        return execute(new ProfilesCommand(), args);
    }

    private static Run execute(final Object command, final String... args) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new Run(exitCode, out.toString(), err.toString());
    }
}
