package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.aggregator.Aggregator;
import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.executor.Ending;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.run.EventLog;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of tests that are in their artifacts only are not lost, and stored artifacts do not stay for good. */
@Timeout(600)
class LostLinksTest {
    private static final List<String> TESTS = List.of("/a", "/b", "/c");

    @TempDir
    private Path temp;

    private final Set<String> executed = ConcurrentHashMap.newKeySet();

    /** All tests but the first one wait for it: only one thread works on the run directory while it is copied. */
    private final CountDownLatch copied = new CountDownLatch(1);

    private volatile @Nullable Orchestrator orchestrator;

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
            if (!test.equals("/a")) {
                copied.await();
            }
            executed.add(test);
            try {
                Files.writeString(artifacts.files().place(null, "log"), "log of " + test);
                artifacts.addResult(Map.of("status", "pass", "files", List.of("log")));
                return Ending.exited(0);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private RunSummary run(Path run) throws Exception {
        OrchestratorBuilder builder = AdHocOrchestrator.builder();
        try (Aggregator _ = Sessions.open(run, builder, TESTS, test -> true);
                EventLog log = EventLog.open(Sessions.log(run))) {
            Orchestrator running = builder.provisioner(new Fakes.FakeProvisioner("fake", 1))
                    .executorFactory(Uploading::new)
                    .listener(log)
                    .build();
            orchestrator = running;
            return running.run();
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Does something at the first time that a point is reached. */
    private static void at(String point, Step step) {
        AtomicBoolean done = new AtomicBoolean();
        CrashPoints.observe(reached -> {
            if (reached.equals(point) && done.compareAndSet(false, true)) {
                try {
                    step.run();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
    }

    private static List<String> logs(Path run) throws IOException {
        List<String> logs = new ArrayList<>();
        for (String test : TESTS) {
            logs.add(Files.readString(Path.of(run + "/files/p" + test + "/log")));
        }
        return logs;
    }

    private static List<Path> left(Path run) throws IOException {
        if (!Files.exists(run.resolve("attempts"))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(run.resolve("attempts"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static List<String> removeStored(Path run) throws Exception {
        RunModel history = new RunModel("id", "p", TESTS).read(Sessions.log(run));
        assertThat(history.isComplete()).isTrue();
        return Resumption.removeStored(history, run.resolve("files"), run.resolve("attempts"), Deadline.never());
    }

    private void assertResumedRunHasAllFiles(Path crashed) throws Exception {
        executed.clear();
        RunSummary summary = run(crashed);
        assertThat(summary.problems()).isEmpty();
        assertThat(summary.outcomes()).extracting(RunSummary.Outcome::verdict).containsOnly(Verdict.PASSED);
        assertThat(executed).containsExactlyInAnyOrder("/b", "/c"); // the first test is not run again
        assertThat(logs(crashed)).containsExactly("log of /a", "log of /b", "log of /c");
        assertThat(Files.readAllLines(Sessions.results(crashed))).hasSize(3);
        assertThat(left(crashed)).isEmpty();
    }

    private void copy(Path run, Path to) throws Exception {
        Sessions.copy(run, to);
        copied.countDown();
    }

    /** A power failure: lines are on the disk, and links are not. */
    @Test
    void filesWhoseLinksWereLostAreStoredAgain() throws Exception {
        Path crashed = temp.resolve("crashed");
        at("results forced", () -> copy(temp.resolve("run"), crashed));
        run(temp.resolve("run"));
        CrashPoints.observe(null);
        Trees.delete(crashed.resolve("files/p"));
        assertResumedRunHasAllFiles(crashed);
    }

    /** Earlier versions added lines, then moved files. */
    @Test
    void filesThatEarlierVersionDidNotMoveAreStored() throws Exception {
        Path crashed = temp.resolve("crashed");
        at("results linked", () -> copy(temp.resolve("run"), crashed));
        run(temp.resolve("run"));
        CrashPoints.observe(null);
        Trees.delete(crashed.resolve("files"));
        Files.createDirectories(crashed.resolve("files/p/a"));
        Files.writeString(
                Sessions.results(crashed),
                Files.readAllLines(Sessions.results(temp.resolve("run"))).getFirst() + "\n");
        assertResumedRunHasAllFiles(crashed);
    }

    @Test
    void artifactsWhoseFilesDisappearedFromOutputStay() throws Exception {
        Path run = temp.resolve("run");
        at("results forced", () -> {
            Files.delete(run.resolve("files/p/a/log"));
            copied.countDown();
        });
        RunSummary summary = run(run);
        assertThat(summary.problems())
                .singleElement()
                .asString()
                .contains(
                        "the stored artifacts in " + run.resolve("attempts/a/1") + " are not removed", "a/1/files/log");
        assertThat(run.resolve("attempts/a/1/files/log")).hasContent("log of /a");
        assertThat(run.resolve("attempts/b")).isEmptyDirectory();
        assertThat(removeStored(run)).hasSize(1);
        Trees.delete(run.resolve("files/p"));
        assertThat(removeStored(run)).singleElement().asString().contains("has no directory with files of /a");
        assertThat(run.resolve("attempts/a/1/files/log")).hasContent("log of /a");
    }

    @Test
    void removalThatWasKilledIsFinished() throws Exception {
        copied.countDown();
        for (String point : List.of("results before removal", "results removed", "results artifacts removed")) {
            Path run = temp.resolve("run of " + point);
            Path crashed = temp.resolve("crashed " + point);
            at(point, () -> Sessions.copy(run, crashed));
            assertThat(run(run).problems()).isEmpty();
            CrashPoints.observe(null);
            assertThat(left(run)).isEmpty();
            assertThat(left(crashed)).isNotEmpty();
            assertThat(removeStored(crashed)).isEmpty();
            assertThat(left(crashed)).isEmpty();
            assertThat(logs(crashed)).containsExactly("log of /a", "log of /b", "log of /c");
            assertThat(removeStored(crashed)).isEmpty();
        }
    }

    @Test
    void interruptEndsRemovalAndRunIsComplete() throws Exception {
        copied.countDown();
        Path run = temp.resolve("run");
        at(
                "results artifacts removed",
                () -> Objects.requireNonNull(orchestrator).interrupt("SIGINT"));
        RunSummary summary = run(run);
        CrashPoints.observe(null);
        assertThat(summary.problems()).singleElement().asString().contains("it was interrupted", "2 attempts");
        assertThat(left(run)).hasSize(4);
        assertThat(removeStored(run)).isEmpty();
        assertThat(left(run)).isEmpty();
        assertThat(logs(run)).containsExactly("log of /a", "log of /b", "log of /c");
    }

    @Test
    void artifactsOfIncompleteRunAreNotRemoved() {
        RunModel history = new RunModel("id", "p", TESTS);
        assertThatThrownBy(() -> Resumption.removeStored(
                        history, temp.resolve("files"), temp.resolve("attempts"), Deadline.never()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
