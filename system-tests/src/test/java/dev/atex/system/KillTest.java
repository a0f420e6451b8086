package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.Trees;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.lease.LeaseException;
import dev.atex.local.process.LocalLeftovers;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signals at random instants of real runs, spread evenly over what a run writes to its ledger and over its events, whatever
 * these take on a busy machine, and some over its start. Whatever comes when, nothing is left behind, and every fourth run
 * is resumed and then whole.
 * {@code -Datex.kills=N} for more of them, {@code -Datex.kills.seed=S} for others, {@code -Datex.kills.lanes=L} for L at a
 * time.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("atex.kills", 40);
    private static final int LANES = Kills.lanes(2);
    private static final int RESUMED = 4;
    private static final String MARK = "ATEX_SYSTEM_TEST";
    private static final String[] SIGNALS = {"INT", "TERM", "KILL"};
    private static final int TESTS = 5;

    /** About as long as a test takes. */
    private static final long LONGEST_GAP_NANOS = 150_000_000;

    @TempDir
    private Path directory;

    private final Random random = new Random(Kills.SEED);
    private final Map<String, Integer> phases = new ConcurrentSkipListMap<>();
    private final Queue<Long> afterSignals = new ConcurrentLinkedQueue<>();
    private final Queue<Long> afterKills = new ConcurrentLinkedQueue<>();
    private final AtomicInteger resumed = new AtomicInteger();

    /** Of each line of a ledger, with the blank behind it. */
    private static final int CHECKSUM = 9;

    private static final AtomicInteger checkedLeases = new AtomicInteger();

    /** When to kill. */
    private sealed interface Instant {
        /** Waits for it; true if the run ended before. */
        boolean await(Process run, Path where) throws Exception;
    }

    /** Before there is anything to go by. */
    private record After(long nanos) implements Instant {
        @Override
        public boolean await(Process run, Path where) throws Exception {
            return run.waitFor(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** When so many records are in the ledger. */
    private record AtRecord(int number) implements Instant {
        @Override
        public boolean await(Process run, Path where) throws Exception {
            while (records(where) < number) {
                if (run.waitFor(1, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Some time after so many events. */
    private record AfterEvent(int number, long nanos) implements Instant {
        @Override
        public boolean await(Process run, Path where) throws Exception {
            while (lines(eventsFile(where)) < number) {
                if (run.waitFor(1, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
            return run.waitFor(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private static int records(Path where) throws IOException {
        int records = 0;
        try {
            for (String run : Kills.state(where).runs()) {
                records += lines(Kills.state(where).ledger(run));
            }
        } catch (NoSuchFileException e) {
            return records; // it has just ended
        }
        return records;
    }

    /** Whole lines, counted without a look at them: this is asked every millisecond in each lane. */
    private static int lines(Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        int lines = 0;
        for (byte each : Files.readAllBytes(file)) {
            lines += each == '\n' ? 1 : 0;
        }
        return lines;
    }

    private void makeTree() throws IOException {
        Tree tree = Tree.in(directory.resolve("tree"));
        for (int i = 1; i <= TESTS; i++) {
            tree.test("test" + i, """
                    json='{"name": "early", "status": "pass"}'
                    printf 'result %d\\n%s' ${#json} "$json" >&$ATEX_TEST_CONTROL
                    setsid sleep 1000 &
                    (trap '' TERM HUP INT; sleep 1000) &
                    sleep 0.15
                    """);
        }
        tree.file("plan.fmf", """
                discover: {how: fmf}
                prepare: {how: shell, script: 'sleep 0.1'}
                finish: {how: shell, script: 'sleep 0.1'}
                """);
    }

    private Atex.Call start(Path where, String mark) throws IOException {
        return Kills.atex(where, Map.of())
                .start(
                        "run",
                        "--root",
                        directory.resolve("tree").toString(),
                        "--plan",
                        "/plan",
                        "--provision",
                        "local,max=2",
                        "-e",
                        MARK + "=" + mark);
    }

    @Test
    void killAtAnyTimeLeavesNothing() throws Exception {
        makeTree();
        start(directory.resolve("first"), "first").end().expect(0); // takes longer than all others
        Path undisturbed = directory.resolve("undisturbed");
        long begin = System.nanoTime();
        Atex.Call run = start(undisturbed, "undisturbed");
        Path ledger = directory.resolve("ledger");
        long start = 0;
        while (!run.process().waitFor(1, TimeUnit.MILLISECONDS)) {
            List<String> runs = Kills.state(undisturbed).runs();
            if (start == 0 && !runs.isEmpty()) {
                start = System.nanoTime() - begin;
                Files.createLink(ledger, Kills.state(undisturbed).ledger(runs.getFirst())); // the run removes its own
            }
        }
        run.end().expect(0);
        long whole = System.nanoTime() - begin;
        int records = Files.readAllLines(ledger).size();
        int events = events(undisturbed).size();
        assertThat(records).isGreaterThan(5);
        assertThat(events).isGreaterThan(TESTS);

        List<Callable<Void>> kills = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            int number = i;
            String signal = SIGNALS[random.nextInt(SIGNALS.length)];
            Instant at = switch (i % 8) {
                case 0 -> new After((long) (start * random.nextDouble()));
                case 1, 4, 7 -> new AtRecord(1 + random.nextInt(records));
                default -> new AfterEvent(1 + random.nextInt(events), random.nextLong(LONGEST_GAP_NANOS));
            };
            kills.add(() -> {
                kill(number, signal, at);
                return null;
            });
        }
        checkedLeases.set(0);
        Kills.inLanes(LANES, kills);
        assertThat(checkedLeases).hasPositiveValue();
        System.out.printf(
                "%d kills (seed %d) in runs of %.1f s: 0 leaks, %d resumed; until nothing was left: %s after INT or TERM, %s after KILL%n",
                KILLS, Kills.SEED, whole / 1e9, resumed.get(), Kills.times(afterSignals), Kills.times(afterKills));
        phases.forEach((phase, count) -> System.out.printf("  %-40s %d%n", phase, count));
    }

    private void kill(int number, String signal, Instant at) throws Exception {
        String mark = "kill-" + ProcessHandle.current().pid() + "-" + number + "-";
        Path where = directory.resolve("kill" + number);
        String what = "kill " + number + ", " + signal + ", " + at;
        Atex.Call run = start(where, mark);
        boolean ended = at.await(run.process(), where);
        String phase = phase(where);
        keepLedger(where);
        ended |= !run.signalIfRunning(signal);
        long killed = System.nanoTime();
        run.end();
        Kills.untilFreed(where, what);
        (signal.equals("KILL") ? afterKills : afterSignals).add(System.nanoTime() - killed);
        check(what, where, mark);
        phases.merge(ended ? "ended before" : phase, 1, Integer::sum);
        if (!ended && at instanceof AtRecord(int record)) {
            phases.merge("record %2d of the ledger".formatted(record), 1, Integer::sum);
        }
        if (number % RESUMED == RESUMED - 1 && resume(what, where)) {
            check(what + ", resumed", where, mark);
        }
        Trees.delete(where);
    }

    /** False if there is nothing to go on with. */
    private boolean resume(String what, Path where) throws Exception {
        List<Path> runs = runs(where);
        if (runs.isEmpty() || !Files.exists(runs.getFirst().resolve("run.json"))) {
            return false;
        }
        Atex.Result result =
                Kills.atex(where, Map.of()).call("resume", runs.getFirst().toString());
        assertThat(result.exitCode()).as("%s%n%s", what, result).isZero();
        assertThat(Tree.own(runs.getFirst()).values())
                .as(what)
                .hasSize(TESTS)
                .allMatch(line -> line.status().equals("pass"));
        assertThat(Kills.state(where).runs()).as(what).isEmpty();
        resumed.incrementAndGet();
        return true;
    }

    private static List<Path> runs(Path where) throws IOException {
        Path runs = where.resolve("atex-runs");
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(runs)) {
            return entries.filter(Files::isDirectory).toList();
        }
    }

    private static void check(String what, Path where, String mark) throws Exception {
        assertThat(ProcessTable.marked(MARK + "=" + mark)).as(what).isEmpty();
        Kills.assertNoTemporaryFiles(where, what);
        assertNoTracesOfLedgers(what, where);
        for (Path run : runs(where)) {
            assertNoTraces(what, run.getFileName().toString());
            whole(run.resolve("results.jsonl"));
            whole(run.resolve("events.jsonl"));
        }
    }

    /** How far the run has come. */
    private static String phase(Path where) throws IOException, JsonException {
        List<Object> events = events(where);
        if (!events.isEmpty()) {
            return "after " + ((Map<?, ?>) events.getLast()).get("event");
        }
        return records(where) > 0 ? "after the first lease" : "before the first lease";
    }

    private static List<Object> events(Path where) throws IOException, JsonException {
        return whole(eventsFile(where));
    }

    private static Path eventsFile(Path where) throws IOException {
        List<Path> runs = runs(where);
        return (runs.isEmpty() ? where : runs.getFirst()).resolve("events.jsonl");
    }

    private static void assertNoTraces(String what, String run) throws LeaseException, InterruptedException {
        for (int lease = 1; lease < 20; lease++) {
            LocalLeftovers traces = new LocalLeftovers(run + "-" + lease, LocalLeftovers.locator());
            assertThat(traces.describe()).as(what).isEmpty();
        }
    }

    /** The run, or who frees it, deletes its own name of it. */
    private static void keepLedger(Path where) throws IOException {
        for (String run : Kills.state(where).runs()) {
            Path kept = where.resolve(run + ".ledger");
            try {
                Files.createLink(kept, Kills.state(where).ledger(run));
            } catch (NoSuchFileException | FileAlreadyExistsException e) {
                continue; // it has just ended, or goes on
            }
        }
    }

    /** Of what the ledger names, as no name follows from the id of a run. */
    @SuppressWarnings("unchecked") // a locator has texts only
    private static void assertNoTracesOfLedgers(String what, Path where) throws Exception {
        try (Stream<Path> kept = Files.list(where)) {
            for (Path ledger :
                    kept.filter(path -> path.toString().endsWith(".ledger")).toList()) {
                for (Object line : whole(ledger, CHECKSUM)) {
                    if (line instanceof Map<?, ?> record && "local".equals(record.get("kind"))) {
                        LocalLeftovers traces = new LocalLeftovers(
                                (String) record.get("lease"), (Map<String, String>) record.get("locator"));
                        assertThat(traces.describe()).as(what).isEmpty();
                        checkedLeases.incrementAndGet();
                    }
                }
            }
        }
    }

    /** The values of all whole lines. */
    private static List<Object> whole(Path file) throws IOException, JsonException {
        return whole(file, 0);
    }

    /** The same of lines that begin with so many other characters. */
    private static List<Object> whole(Path file, int before) throws IOException, JsonException {
        List<Object> values = new ArrayList<>();
        if (Files.exists(file)) {
            String text = Files.readString(file);
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                values.add(Json.parse(line.substring(before)));
            }
        }
        return values;
    }
}
