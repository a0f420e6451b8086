package dev.atex.executor.fmf.steps;

import dev.atex.connection.ConnectionException;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.control.ControlStream;
import dev.atex.executor.fmf.control.TestAbortedException;
import dev.atex.executor.fmf.control.TestReport;
import dev.atex.executor.fmf.machine.Environment;
import dev.atex.executor.fmf.machine.Script;
import dev.atex.executor.fmf.machine.SideScript;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.machine.WrapperExit;
import dev.atex.executor.fmf.shell.Variables;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Fetches the files that scripts and tests left in the data directory of their plan on a machine, like files of tests:
 * with the same limits, and names that stay in their directory. Links are skipped.
 */
public final class PlanData {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final SideScript scripts;
    private final Workspace workspace;
    private final ControlLimits limits;

    public PlanData(SideScript scripts, Workspace workspace, ControlLimits limits) {
        this.scripts = scripts;
        this.workspace = workspace;
        this.limits = limits;
    }

    /**
     * Fetches and stores the files, also those that arrived before a failure. Creates nothing if there are none.
     *
     * @param machine what the machine is called
     * @throws ExecutorException not all of it could be fetched
     */
    public void fetch(Records records, String machine) throws ExecutorException, InterruptedException {
        try {
            Path directory = records.newPlanData();
            try {
                fetch(directory, records, machine);
            } finally {
                Trees.delete(directory);
                records.removeEmptyPlanData();
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    "the data of the plan on " + machine + " cannot be stored: " + FileProblems.of(e), e);
        }
    }

    private void fetch(Path directory, Records records, String machine)
            throws ExecutorException, InterruptedException, IOException {
        TestArtifacts artifacts = TestArtifacts.toBeFilled(directory.resolve("data"));
        Path output = Files.createFile(directory.resolve("output"));
        WrapperExit end;
        try (TestReport report = new TestReport(artifacts, output, limits)) {
            long deadline = System.nanoTime() + LONGEST.toNanos();
            end = scripts.run(
                    "plan-data",
                    Script.ofCollection(workspace),
                    Environment.ofScript(workspace)
                            + Variables.export(Map.of("ATEX_TEST_CONTROL", Environment.CONTROL)),
                    control -> new ControlStream(control, report, _ -> {}).read(),
                    () -> deadline - System.nanoTime(),
                    output);
        } catch (TestAbortedException e) {
            throw notAll(machine, e.note());
        } finally {
            Path files = artifacts.directory().resolve("files");
            if (Files.isDirectory(files)) {
                Path _ = records.keepPlanData(files, machine);
            }
        }
        String problem = switch (end) {
            case WrapperExit.Exited(int code) -> code == 0 ? "" : SideScript.tail(output);
            case WrapperExit.Cancelled() -> "cancel requested";
            case WrapperExit.Lost(ConnectionException _) -> ""; // a connection that is gone is no error
            case WrapperExit.Malformed(TestAbortedException why) -> why.note();
            case WrapperExit.TimedOut() -> "not finished within " + LONGEST.toMinutes() + " minutes";
            case WrapperExit.Unexpected(int _), WrapperExit.Disconnected() -> "ended from outside";
        };
        if (!problem.isEmpty()) {
            throw notAll(machine, problem);
        }
    }

    private static ExecutorException notAll(String machine, String problem) {
        return new ExecutorException(
                "not all data of the plan ($TMT_PLAN_DATA) on " + machine + " were fetched: " + problem);
    }
}
