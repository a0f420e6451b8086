package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.json.Json;
import dev.atex.json.JsonException;
import dev.atex.lease.LeaseNames;
import dev.atex.lease.Ledgers;
import dev.atex.lease.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signals at random instants of real runs, spread evenly over the time that one takes: whatever comes when, nothing is
 * left behind. {@code -Datex.kills=N} for more of them, {@code -Datex.kills.seed=S} for others.
 */
class KillTest {
    private static final int KILLS = Integer.getInteger("atex.kills", 40);
    private static final long SEED = Long.getLong("atex.kills.seed", 1);
    private static final String MARK = "ATEX_SYSTEM_TEST";
    private static final String[] SIGNALS = {"INT", "TERM", "KILL"};
    private static final long LONGEST_SECONDS = 60;

    @TempDir
    private Path directory;

    private final Random random = new Random(SEED);
    private final Map<String, Integer> phases = new TreeMap<>();
    private final List<Long> afterSignals = new ArrayList<>();
    private final List<Long> afterKills = new ArrayList<>();

    private void makeTree() throws IOException {
        Tree tree = Tree.in(directory.resolve("tree"));
        for (int i = 1; i <= 5; i++) {
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
        Files.createDirectories(where.resolve("tmp"));
        return Atex.in(where)
                .with(Map.of(
                        "XDG_STATE_HOME",
                        where.resolve("state").toString(),
                        "TMPDIR",
                        where.resolve("tmp").toString()))
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
    void nothingIsLeftWheneverItIsKilled() throws Exception {
        makeTree();
        long begin = System.nanoTime();
        start(directory.resolve("undisturbed"), "undisturbed").end().expect(0);
        long whole = System.nanoTime() - begin;
        for (int i = 0; i < KILLS; i++) {
            long at = (long) (whole * (i + random.nextDouble()) / KILLS);
            kill(i, SIGNALS[random.nextInt(SIGNALS.length)], at);
        }
        System.out.printf(
                "%d kills (seed %d) in runs of %.1f s: 0 leaks; until nothing was left, worst: %s after INT or TERM, %s after KILL%n",
                KILLS, SEED, whole / 1e9, worst(afterSignals), worst(afterKills));
        phases.forEach((phase, count) -> System.out.printf("  %-24s %d%n", phase, count));
    }

    private static String worst(List<Long> nanos) {
        return nanos.stream()
                .max(Long::compare)
                .map(worst -> String.format("%.1f s", worst / 1e9))
                .orElse("none");
    }

    private void kill(int number, String signal, long at) throws Exception {
        String mark = "kill-" + ProcessHandle.current().pid() + "-" + number + "-";
        Path where = directory.resolve("kill" + number);
        String what = "kill " + number + ", " + signal + " after " + at / 1_000_000 + " ms";
        Atex.Call run = start(where, mark);
        boolean ended = run.process().waitFor(at, TimeUnit.NANOSECONDS);
        if (!ended) {
            run.signal(signal);
        }
        long killed = System.nanoTime();
        run.end();
        StateDirectory state = new StateDirectory(where.resolve("state/atex"));
        while (Ledgers.list(state).stream().anyMatch(each -> !each.open().isEmpty())) { // the guard is at it
            assertThat(System.nanoTime() - killed)
                    .as(what + ": " + Ledgers.list(state))
                    .isLessThan(Duration.ofSeconds(LONGEST_SECONDS).toNanos());
            Thread.sleep(10);
        }
        (signal.equals("KILL") ? afterKills : afterSignals).add(System.nanoTime() - killed);
        String phase = check(what, where, mark);
        phases.merge(ended ? "ended before" : phase, 1, Integer::sum);
    }

    /** Tells how far the run had come. */
    private static String check(String what, Path where, String mark) throws IOException, JsonException {
        assertThat(marked(mark)).as(what).isEmpty();
        try (Stream<Path> temporary = Files.list(where.resolve("tmp"))) {
            assertThat(temporary.filter(path -> path.getFileName().toString().startsWith("atex-")))
                    .as(what)
                    .isEmpty();
        }
        Path runs = where.resolve("atex-runs");
        if (!Files.isDirectory(runs)) {
            return "0 before the run";
        }
        try (Stream<Path> entries = Files.list(runs)) {
            for (Path run : entries.filter(Files::isDirectory).toList()) {
                assertNoTraces(what, run.getFileName().toString());
                return phase(run);
            }
        }
        return "0 before the run";
    }

    private static void assertNoTraces(String what, String run) throws IOException {
        for (int lease = 1; lease < 20; lease++) {
            String id = run + "-" + lease;
            String shortName = "atex-" + LeaseNames.shortName(id);
            assertThat(Path.of("/var", shortName)).as(what).doesNotExist();
            for (String hierarchy : List.of("", "pids", "unified")) {
                assertThat(Path.of("/sys/fs/cgroup", hierarchy, shortName))
                        .as(what)
                        .doesNotExist();
                assertThat(Path.of("/sys/fs/cgroup", hierarchy, "atex-" + id))
                        .as(what)
                        .doesNotExist();
            }
        }
    }

    /** The last thing in the log; all whole lines of results and log can be read. */
    private static String phase(Path run) throws IOException, JsonException {
        whole(run.resolve("results.jsonl"));
        List<String> events = whole(run.resolve("events.jsonl"));
        if (events.isEmpty()) {
            return "1 before the log";
        }
        return "2 " + ((Map<?, ?>) Json.parse(events.getLast())).get("event");
    }

    private static List<String> whole(Path file) throws IOException, JsonException {
        List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            String text = Files.readString(file);
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                assertThat(Json.parse(line)).isNotNull();
                lines.add(line);
            }
        }
        return lines;
    }

    private static List<String> marked(String mark) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                    .filter(process -> read(process.resolve("environ")).contains(MARK + "=" + mark))
                    .map(process -> process.getFileName() + ": " + read(process.resolve("cmdline")))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // gone, or not ours
        }
    }
}
