package dev.atex.executor.fmf.execution;

import dev.atex.connection.ConnectionException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.fmf.control.TestAbortedException;
import dev.atex.executor.fmf.machine.Script;
import dev.atex.executor.fmf.machine.SideScript;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.machine.WrapperExit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** Prepares a machine for one test, before the test's own time begins: installs its packages. */
public final class TestSetUp {
    /** Mirrors can be slow; what takes longer than this hangs. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final SideScript scripts;
    private final Workspace workspace;

    public TestSetUp(SideScript scripts, Workspace workspace) {
        this.scripts = scripts;
        this.workspace = workspace;
    }

    /**
     * Installs missing packages; does nothing if a test needs none.
     *
     * @param output holds what was printed when it failed, and nothing when it did not
     * @throws TestAbortedException a required package cannot be had, or somebody asked for the end
     */
    public void run(List<String> required, List<String> recommended, Path output)
            throws TestAbortedException, InterruptedException, IOException {
        if (required.isEmpty() && recommended.isEmpty()) {
            return;
        }
        long deadline = System.nanoTime() + LONGEST.toNanos();
        WrapperExit end = scripts.run(
                "packages",
                Script.ofPackages(workspace, required, recommended),
                () -> deadline - System.nanoTime(),
                output);
        switch (end) {
            case WrapperExit.Exited(int code) -> {
                if (code != 0) {
                    throw failed(SideScript.tail(output));
                }
                FileChannel.open(output, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                        .close();
            }
            case WrapperExit.Cancelled() -> throw TestExecution.cancelled();
            case WrapperExit.TimedOut() ->
                throw failed("packages were not installed within " + LONGEST.toMinutes() + " minutes: "
                        + SideScript.tail(output));
            case WrapperExit.Lost(ConnectionException cause) ->
                throw new TestAbortedException(
                        FailureClass.CONNECTION,
                        "TestSetupError",
                        "connection lost while packages were installed: " + cause.getMessage(),
                        cause);
            case WrapperExit.Unexpected(int code) ->
                throw failed("the installation of packages was ended from outside (wrapper: " + code + "): "
                        + SideScript.tail(output));
            case WrapperExit.Disconnected(), WrapperExit.Malformed(var _) ->
                throw new IllegalStateException("an installation of packages ended with " + end);
        }
    }

    /** Returns the abort of a test that cannot run on any machine. */
    public static TestAbortedException impossible(String reason) {
        return TestAbortedException.beforeAll(FailureClass.SETUP, "TestSetupError", reason);
    }

    /** Returns the abort of a test whose set-up failed. */
    public static TestAbortedException failed(String reason) {
        return new TestAbortedException(FailureClass.SETUP, "TestSetupError", reason);
    }
}
