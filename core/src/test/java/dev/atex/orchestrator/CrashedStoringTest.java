package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.aggregator.Aggregator;
import dev.atex.connection.Connection;
import dev.atex.executor.Ending;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.Json;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.run.EventLog;
import dev.atex.run.RerunPolicy;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Crashes a run at every instant of storing results, and again at every instant of the resume after that: a copy of the run
 * directory is what a crash at that instant leaves. Every run that is resumed from such a copy has each result once.
 * {@code -Datex.crash.all=true} crashes at all instants of all resumes, not only of some.
 */
@Tag("slow")
@Timeout(600)
class CrashedStoringTest {
    private static final boolean ALL = Boolean.getBoolean("atex.crash.all");
    private static final List<String> TESTS = List.of("/a", "/a/sub", "/broken", "/flaky", "/last");

    /** Of the crashed runs, one in so many is crashed again at each instant. */
    private static final int SAMPLE = 4;

    @TempDir
    private Path temp;

    private final Map<String, Integer> executed = new ConcurrentHashMap<>();
    private final AtomicInteger copies = new AtomicInteger();

    /** Tests begin when the one before is stored: only one thread works on the run directory at a time. */
    private Semaphore stored = new Semaphore(0);

    /** Attempts of this session: events of earlier ones must not let the next test begin. */
    private final Set<String> begun = ConcurrentHashMap.newKeySet();

    /** The run is interrupted during the first attempt at {@code /broken}. */
    private volatile boolean interrupts;

    private volatile @Nullable Orchestrator orchestrator;

    /** A copy of a run directory, and the instant when it was made. */
    private record Crash(String where, Path run, Map<String, Integer> executed) {}

    @AfterEach
    void observeNoMore() {
        CrashPoints.observe(null);
    }

    private final class Uploading extends Fakes.FakeExecutor {
        Uploading(Connection connection) {
            super(connection, null, new ConcurrentHashMap<>());
        }

        @Override
        public Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment)
                throws InterruptedException {
            stored.acquire();
            String number = artifacts.directory().getFileName().toString();
            begun.add(attempt(test, Integer.parseInt(number)));
            int times = executed.merge(test, 1, Integer::sum);
            try {
                Files.writeString(artifacts.files().place("sub", "log"), "sub of " + test);
                artifacts.addResult(Map.of("name", "sub", "status", "pass", "files", List.of("log")));
                Files.writeString(artifacts.files().place(null, "log"), "log of " + test);
                if (test.equals("/broken") && interrupts) {
                    Objects.requireNonNull(orchestrator).interrupt("SIGINT");
                    int _ = awaitCancel();
                }
                boolean fails = test.equals("/broken") || (test.equals("/flaky") && times == 1);
                artifacts.addResult(Map.of("status", fails ? "fail" : "pass", "files", List.of("log")));
                return Ending.exited(fails ? 1 : 0);
            } catch (Fakes.Abort e) {
                return e.ending;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private RunSummary run(Path run) throws Exception {
        stored = new Semaphore(1);
        begun.clear();
        OrchestratorBuilder builder = AdHocOrchestrator.builder();
        try (Aggregator _ = Sessions.open(run, builder, TESTS, test -> true);
                EventLog log = EventLog.open(Sessions.log(run))) {
            Orchestrator running = builder.provisioner(new Fakes.FakeProvisioner("fake", 1))
                    .executorFactory(Uploading::new)
                    .keepSuperseded(true)
                    .rerun(RerunPolicy.limited(1))
                    .listener(log)
                    .listener(this::letNextBegin)
                    .build();
            orchestrator = running;
            return running.run();
        }
    }

    private static String attempt(String test, int number) {
        return test + " " + number;
    }

    private void letNextBegin(RunEvent event) {
        boolean isOver = (event instanceof RunEvent.AttemptIngested e && begun.remove(attempt(e.test(), e.attempt())))
                || (event instanceof RunEvent.AttemptSuperseded s && begun.remove(attempt(s.test(), s.attempt())));
        if (isOver) {
            stored.release();
        }
    }

    /** Runs, and copies the run directory at every instant. */
    private List<Crash> crashes(Path run, String where) throws Exception {
        List<Crash> crashes = new ArrayList<>();
        CrashPoints.observe(point -> {
            if (point.startsWith("results")) {
                crashes.add(crash(run, where + ", " + crashes.size() + ": " + point));
            }
        });
        RunSummary _ = run(run);
        CrashPoints.observe(null);
        return crashes;
    }

    private Crash crash(Path run, String where) {
        Path copy = temp.resolve("crash" + copies.incrementAndGet());
        try {
            Sessions.copy(run, copy);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return new Crash(where, copy, Map.copyOf(executed));
    }

    /** Returns every file of the tests with its content, and every line. */
    private static List<String> output(Path run) throws IOException {
        List<String> output = new ArrayList<>(Files.readAllLines(Sessions.results(run)));
        Path files = run.resolve("files");
        try (Stream<Path> all = Files.walk(files)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                output.add(files.relativize(file) + ": " + Files.readString(file));
            }
        }
        output.sort(null);
        return output;
    }

    private static void assertLinesAreComplete(Crash crash, List<String> expected) throws Exception {
        Path results = Sessions.results(crash.run());
        String text = Files.exists(results) ? Files.readString(results) : "";
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        for (String line : whole.lines().toList()) {
            assertThat(expected).as(crash.where()).contains(line);
            List<?> result = (List<?>) Json.parse(line);
            String sub = result.get(3) == null ? "" : "/" + result.get(3);
            assertThat(Path.of(crash.run() + "/files/p" + result.get(2) + sub + "/log"))
                    .as(crash.where())
                    .exists();
        }
        assertThat(whole.lines()).as(crash.where()).doesNotHaveDuplicates();
    }

    private void assertResumedRunIsWhole(Crash crash, List<String> expected) throws Exception {
        RunModel history = new RunModel("id", "p", TESTS).read(Sessions.log(crash.run()));
        executed.clear();
        executed.putAll(crash.executed());
        if (!history.isComplete()) {
            RunSummary summary = run(crash.run());
            assertThat(summary.problems()).as(crash.where()).isEmpty();
            assertThat(summary.outcomes())
                    .as(crash.where())
                    .extracting(RunSummary.Outcome::verdict)
                    .containsExactly(Verdict.PASSED, Verdict.PASSED, Verdict.FAILED, Verdict.FLAKY, Verdict.PASSED);
            assertThat(attempts(crash.run()))
                    .as(crash.where())
                    .anyMatch(file -> file.matches("broken/\\d/results"))
                    .anyMatch(file -> file.matches("flaky/\\d/results"))
                    .noneMatch(file -> file.startsWith("last") || file.startsWith("a/"));
        }
        assertThat(output(crash.run())).as(crash.where()).isEqualTo(expected);
        assertThat(executed.get("/last")).as(crash.where()).isEqualTo(1);
        assertThat(executed.get("/a")).as(crash.where()).isEqualTo(1);
        Trees.delete(crash.run());
    }

    private static List<String> attempts(Path run) throws IOException {
        Path attempts = run.resolve("attempts");
        try (Stream<Path> all = Files.walk(attempts)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> attempts.relativize(file).toString())
                    .toList();
        }
    }

    @Test
    void runIsResumedFromEveryInstantOfStoringAndResuming() throws Exception {
        Path undisturbed = temp.resolve("undisturbed");
        List<Crash> crashes = crashes(undisturbed, "run");
        List<String> expected = output(undisturbed);
        assertThat(crashes).hasSizeGreaterThan(4 * TESTS.size());
        int again = 0;
        for (int i = 0; i < crashes.size(); i++) {
            Crash crash = crashes.get(i);
            assertLinesAreComplete(crash, expected);
            boolean complete = new RunModel("id", "p", TESTS)
                    .read(Sessions.log(crash.run()))
                    .isComplete();
            if (!complete && (ALL || i % SAMPLE == 0)) {
                Path copy = temp.resolve("again" + i);
                Sessions.copy(crash.run(), copy);
                executed.clear();
                executed.putAll(crash.executed());
                List<Crash> second = crashes(copy, crash.where() + ", resumed");
                again += second.size();
                for (Crash each : second) {
                    assertLinesAreComplete(each, expected);
                    assertResumedRunIsWhole(each, expected);
                }
            }
            assertResumedRunIsWhole(crash, expected);
        }
        System.out.printf("%d crashes while storing, %d while resuming%n", crashes.size(), again);
        assertThat(again).isPositive();
    }

    /** The first attempt at a test was cancelled and stored: resuming replaces it. */
    @Test
    void runIsResumedFromEveryInstantOfReplacingCancelledAttempt() throws Exception {
        Path undisturbed = temp.resolve("undisturbed");
        run(undisturbed);
        List<String> expected = output(undisturbed);
        executed.clear();
        Path interrupted = temp.resolve("interrupted");
        interrupts = true;
        run(interrupted);
        interrupts = false;
        List<String> before = output(interrupted);
        assertThat(before).anyMatch(line -> line.contains("\"infra\", \"/broken\""));
        List<Crash> crashes = crashes(interrupted, "resumed");
        assertThat(output(interrupted)).isEqualTo(expected);
        assertThat(crashes)
                .extracting(Crash::where)
                .anyMatch(where -> where.contains("results draft written"))
                .anyMatch(where -> where.contains("results file unlinked"));
        List<String> possible =
                Stream.concat(before.stream(), expected.stream()).toList();
        for (Crash crash : crashes) {
            assertLinesAreComplete(crash, possible);
            assertResumedRunIsWhole(crash, expected);
        }
    }
}
