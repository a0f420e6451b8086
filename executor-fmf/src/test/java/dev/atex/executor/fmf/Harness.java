package dev.atex.executor.fmf;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultReader;
import dev.atex.executor.ResultTally;
import dev.atex.executor.Subtests;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.discovery.DiscoverySupport;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.trees.FetchedTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An executor with a few tests over a connection, and what the last of them left. */
final class Harness implements AutoCloseable {
    final Connection connection;
    final Path directory;
    final Path tree;
    final Map<String, Object> plan = new LinkedHashMap<>();
    final Map<String, String> environment = new LinkedHashMap<>();
    final List<FmfTest> tests = new ArrayList<>();
    Subtests subtests = Subtests.COUNT;
    ControlLimits limits = ControlLimits.DEFAULT;

    BeakerlibTests beakerlib = BeakerlibTests.BY_FRAMEWORK;

    /** Instead of those in the metadata of the plan, if there are any. */
    final List<Phase> prepare = new ArrayList<>();

    final List<Phase> finish = new ArrayList<>();
    PlanMachine.Guest guest = PlanMachine.Guest.USUAL;

    /** Of a run; nothing is kept if empty. */
    Optional<Path> run = Optional.empty();

    /** In place of this program's environment. */
    Map<String, String> here = System.getenv();

    boolean playbooks = true;
    Optional<FetchedTrees> fetched = Optional.empty();

    private Optional<FmfTests> fmf = Optional.empty();
    private Optional<Executor> executor = Optional.empty();
    private Optional<TestArtifacts> artifacts = Optional.empty();
    private int runs;

    Harness(Connection connection, Path directory) throws IOException {
        this.connection = connection;
        this.directory = directory;
        this.tree = Files.createDirectories(directory.resolve("tree"));
    }

    /** Adds a test; keys and values of its metadata follow its script. */
    Harness test(String name, String script, Object... more) {
        Map<String, Object> data = new LinkedHashMap<>(Map.of("test", script));
        for (int i = 0; i < more.length; i += 2) {
            data.put((String) more[i], more[i + 1]);
        }
        tests.add(new FmfTest(name, "", data));
        return this;
    }

    Executor executor() {
        if (executor.isEmpty()) {
            FmfTests made = DiscoverySupport.tests(plan(), tree, tests, fetched);
            fmf = Optional.of(made);
            FmfExecutorFactory.Builder builder = FmfExecutorFactory.builder(made)
                    .environment(environment)
                    .limits(limits)
                    .subtests(subtests)
                    .switches(here)
                    .beakerlib(beakerlib);
            run.ifPresent(builder::keepIn);
            if (!playbooks) {
                builder.playbooks(false);
            }
            executor = Optional.of(builder.build().create(connection));
        }
        return executor.get();
    }

    private FmfPlan plan() {
        FmfPlan written = DiscoverySupport.plan("/plan", plan);
        return new FmfPlan(
                written.name(),
                written.data(),
                written.environment(),
                prepare.isEmpty() ? written.prepare() : prepare,
                finish.isEmpty() ? written.finish() : finish,
                written.machine(),
                guest);
    }

    /** A phase that runs scripts. */
    static Phase scripts(int order, String... scripts) {
        return new Phase.Scripts("scripts-" + order, order, List.of(scripts), Optional.empty());
    }

    Executor started() throws Exception {
        if (executor.isEmpty()) {
            connection.connect(Deadline.after(Duration.ofSeconds(20)));
            executor().start();
        }
        return executor.get();
    }

    /** Runs a test; -1 when it was aborted. */
    int run(String name) throws Exception {
        Executor ready = started();
        TestArtifacts made = newArtifacts();
        return ready.runTest(name, made, Map.of()).exitCode().orElse(-1);
    }

    TestArtifacts newArtifacts() {
        TestArtifacts made = TestArtifacts.toBeFilled(directory.resolve("artifacts-" + runs++));
        artifacts = Optional.of(made);
        return made;
    }

    TestArtifacts artifacts() {
        return artifacts.orElseThrow();
    }

    /** How the orchestrator sees the last attempt, which ended with this exit code. */
    Ending ending(int exitCode) throws IOException {
        ResultTally tally = artifacts().tally();
        OwnResult own = tally.own().orElseThrow();
        return Ending.exited(exitCode)
                .with(Optional.of(own), FailedSubtests.of(tally.failedSubtests(), tally.firstFailed(), subtests));
    }

    List<Map<String, Object>> results() throws IOException {
        List<Map<String, Object>> results = new ArrayList<>();
        try (ResultReader reader = artifacts().readResults()) {
            for (Map<String, Object> result = reader.next(); result != null; result = reader.next()) {
                results.add(result);
            }
        }
        return results;
    }

    /** The last result. */
    Map<String, Object> result() throws IOException {
        return results().getLast();
    }

    String file(String name) throws IOException {
        return Files.readString(artifacts().directory().resolve("files").resolve(name), StandardCharsets.UTF_8);
    }

    String output() throws IOException {
        return file("output.txt");
    }

    /** Work directories and temporary files of the executor that are there. */
    List<Path> leftovers() throws IOException {
        if (executor.isEmpty()) {
            return List.of();
        }
        String suffix = ((FmfExecutor) executor.get()).identity().suffix();
        List<Path> left = new ArrayList<>();
        for (String parent : List.of("/var", "/var/tmp", System.getProperty("java.io.tmpdir"))) {
            try (Stream<Path> files = Files.list(Path.of(parent))) {
                files.filter(file -> file.getFileName().toString().contains(suffix))
                        .forEach(left::add);
            }
        }
        return left;
    }

    /** Stops the executor, closes the connection. */
    @Override
    public void close() throws Exception {
        try {
            if (executor.isPresent()) {
                executor.get().stop();
            }
            if (fmf.isPresent()) {
                fmf.get().close();
            }
        } finally {
            connection.close();
        }
    }
}
