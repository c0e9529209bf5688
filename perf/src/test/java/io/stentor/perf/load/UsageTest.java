package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UsageTest {
    private static final PathLauncher NONE = (options, directory, subscribers, acknowledgements) -> {
        throw new IllegalStateException("a wrong command line must not launch anything");
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "run                              | --rate=R",
                "run --rate 5 --ramp 1..2         | mutually exclusive",
                "run --ramp 5                     | --ramp=5 is not like 1000..50000",
                "run --ramp 0..5                  | --ramp=0..5 msg/s is not within 1..10000000",
                "run --trace /no/such             | --trace: /no/such: there is no such file",
                "run --max --arrivals poisson     | it needs --rate",
                "run --max --p99 5                | which means nothing with --max",
                "run --rate 5 --p99 0             | --p99=0.0 ms is not above 0",
                "run --rate 5 --in-flight 5       | --in-flight bounds a closed loop",
                "run --max --in-flight 0          | --in-flight=0 messages is not within 1..1000000",
                "soak --minutes 0                 | --minutes=0 minutes is not within 1..1440",
                "soak --rate 0                    | --rate=0 msg/s",
                "run --rate 5 --target moon       | --target=moon is none of engine, tier, shards",
                "run --rate 5 --target shards:0   | --target=shards:0 shards is not within 1..16",
                "run --rate 5 --target http://10.0.0.1:80 | the rig loads this machine only",
                "run --rate 5 --target http://127.0.0.1 | names no port",
                "run --rate 5 --target tier --ack | settings of the engine in this process",
                "run --rate 5 --target tier --level SYNCED | the answers of a tier say JOURNALED",
                "run --rate 5 --target tier --token-key-file x | is a running tier's",
                "run --rate 5 --token-key-file x  | it needs --target",
                "run --rate 5 --publish http      | they need --target",
                "run --rate 5 --target tier --api-key-file x | is a running tier's",
                "run --rate 5 --target http://127.0.0.1:8000 --api-key-file /no/such | cannot be read",
                "run --max --baseline --target tier | goes without --target",
                "run --rate 5 --profile mesenger-800m | did you mean 'messenger-800m'?",
                "run --max --profile soak         | --profile is scaled down to a rate: it goes without --max",
                "run --rate 5 --profile soak --size 40 | --profile says itself what --size does",
                "run --rate 5 --profile soak --level JOURNALED | --profile says itself what --level does",
                "run --rate 5 --profile soak --topics 1 | --profile: topicsMax=1 is less than the",
                "knee --from 0                    | --from=0 msg/s is not within 1..10000000",
                "knee --from 500 --to 400         | --to=400 msg/s is not within 500..10000000",
                "knee --repetitions 0             | --repetitions=0 searches is not within 1..99",
                "knee --seconds 0                 | --seconds=0 s is not within 1..600",
                "knee --size 5                    | --size=5 bytes is not within 32..65536",
                "knee --rate 5                    | '--rate'",
                "run --rate 1 --max               | mutually exclusive",
                "run --rate 0                     | --rate=0 msg/s is not within 1..10000000",
                "run --rate -5                    | --rate=-5",
                "run --rate many                  | 'many' is not a long",
                "run --max --sise 256             | did you mean --size?",
                "run --max --size 31              | --size=31 bytes is not within 32..65536",
                "run --max --size 65537           | --size=65537",
                "run --max --seconds 0            | --seconds=0 s is not within 1..86400",
                "run --max --warmup -1            | --warmup=-1",
                "run --max --tail 0               | --tail=0",
                "run --max --topics 0             | --topics=0",
                "run --max --subscribers 0        | --subscribers=0",
                "run --max --subscribers 1000 --topics 100000 | is beyond 4000000",
                "run --max --level REPLICATED     | expected one of [ACCEPTED, JOURNALED, SYNCED]",
                "run --max --journal floppy       | '--journal'",
                "run --rate 5 --baseline          | --baseline compares limits of throughput",
                "run --max --baseline --journal heap | needs --journal chronicle",
                "run --max --baseline --bytes 2GiB | --bytes=2147483648",
                "journal append --bytes 1        | --bytes=1 bytes is not within 1048576..1073741824",
                "journal read --records 1        | --records=1 records is not within 1000..20000000",
                "journal lookup --records 2000001 | --records=2000001 records is not within 1000..2000000",
                "journal start --records 9999    | --records=9999 records is not within 10000..2000000",
                "journal --rounds 0              | --rounds=0 rounds is not within 1..99",
                "journal --rest 601              | --rest=601 s is not within 0..600",
                "journal --data /dev/null        | --data=/dev/null is not a directory",
                "journal appends                 | appends",
                "conns --steps 5000              | --steps=[5000] must be two or more",
                "conns --steps 5000,4000         | must rise",
                "conns --steps 1,2000000         | raise it with ulimit -n",
                "conns --shards 17              | --shards=17 is not within 0..16",
                "conns --shards 2 --steps 1,4000000 | connections over 2 shards; raise it with ulimit -n",
                "conns --topics 0                | --topics=0 is not within 1..100",
                "conns --settle 601              | --settle=601 s is not within 0..600",
                "conns --limit 0                 | --limit=0 bytes is not within 1..1048576",
                "conns --json /no/such/x.json    | --json=/no/such/x.json cannot be written",
                "conns --data /dev/null          | --data=/dev/null is not a directory",
                "fanout --subscribers 0          | --subscribers=0 is not within 1..",
                "fanout --size 1                 | --size=1 is not within 2..4096",
                "fanout --pace 0                 | --pace=0 is not within 1..10000000",
                "fanout --rounds 0               | --rounds=0 is not within 1..99",
                "fanout --seconds 0              | --seconds=0 is not within 1..600",
                "fanout --warmup 0               | --warmup=0 is not within 1..600",
                "run --max --baseline --rest 601  | --rest=601 s is not within 0..600",
                "run --max --baseline --bytes lots | 'lots' is not a number of bytes",
                "run --max --baseline --hdr x.hdr | needs --seconds",
                "run --max --data /no/such        | --data=/no/such is not a directory",
                "run --max --report /no/such/x.html | --report=/no/such/x.html cannot be written",
                "run --max --json /no/such/x.json | --json=/no/such/x.json cannot be written",
                "udp --messages 2000001           | --messages=2000001 messages is not within 1000..2000000",
                "udp ipx                          | 'ipx'",
                "topics --topics 1234             | --topics=1234 is none of 10000, 100000 and 1000000",
                "topics many --rounds 0           | --rounds=0 rounds is not within 1..99",
                "topics --data /dev/null          | --data=/dev/null is not a directory",
                "reconnect --clients 0            | --clients=0 is not within 1..15000",
                "reconnect --behind 1001          | --behind=1001 messages is not within 1..1000",
                "reconnect --rate -1              | --rate=-1",
                "plan                             | Missing required option: '--profile=P'",
                "plan --profile soap              | did you mean 'soak'?",
                "plan --profile soak --zones 0    | --zones=0 zones is not within 1..100",
                "profiles soap                    | did you mean 'soak'?",
                "report                           | 'RESULT'",
                "report x.json --out /no/such/x   | --out=/no/such/x cannot be written",
                "compare --jar-a x --jar-b y --pairs 9 -- run --max | --pairs=9 pairs are not within 10..200",
                "compare a b c                    | give A and B",
                "fly                              | 'fly'"
            })
    void shouldExplainWrongCommandLineInOneLine(final String line, final String explanation) {
        final CommandRun run = CommandRun.of(NONE, line.split(" +"));

        assertEquals(2, run.exitCode(), run.err());
        final String[] said = run.err().split("\n", -1);
        assertTrue(said[0].startsWith("stentor-perf: "), said[0]);
        assertTrue(said[0].contains(explanation), said[0]);
        assertTrue(said[1].startsWith("Try 'stentor-perf"), said[1]);
        assertEquals(3, said.length, "one line, one hint");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "version", "--version"})
    void shouldAnswerQuestions(final String line) {
        final CommandRun run = CommandRun.of(NONE, line.split(" "));

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("stentor-perf"), run.out());
    }

    @Test
    void shouldSayInOneLineWhyPathDidNotLaunch() {
        final CommandRun run = CommandRun.of(
                (options, directory, subscribers, acknowledgements) -> {
                    throw new IllegalStateException("no room");
                },
                "run",
                "--no-floors",
                "--max");

        assertEquals(1, run.exitCode());
        assertEquals("stentor-perf: no room\n", run.err());
    }
}
