package dev.atex.executor.fmf.machine;

import dev.atex.executor.fmf.shell.Shell;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.internal.concurrent.ProcessMarks;
import java.nio.charset.StandardCharsets;

/**
 * The command for the wrapper: a test, or a script of a plan.
 *
 * @param directory where, absolute
 * @param script text for bash, sourced settings included
 * @param variables statements that export the environment
 * @param metadata text of the file {@code metadata.yaml} in the work directory
 * @param mark what everything that it starts has
 * @param endMark written last to the captured output; empty for none
 * @param control whether it gets the control stream
 * @param tty whether it gets a pseudo-terminal
 * @param killGroup whether what is left of its process group is killed when it has ended
 * @param sendExitCode whether the wrapper reports its exit code
 * @param fresh whether it gets an empty directory for its files
 * @param checks calls of the checks around it; empty for none
 * @param restartCodes exit codes, with blanks between them, after which it goes on by another start
 */
public record WrapperCommand(
        String directory,
        String script,
        String variables,
        String metadata,
        ProcessMark mark,
        String endMark,
        boolean control,
        boolean tty,
        boolean killGroup,
        boolean sendExitCode,
        boolean fresh,
        String checks,
        String restartCodes) {

    private static final int END_MARK = 24;

    /** Creates a command without checks and restarts. */
    public WrapperCommand(
            String directory,
            String script,
            String variables,
            String metadata,
            ProcessMark mark,
            String endMark,
            boolean control,
            boolean tty,
            boolean killGroup,
            boolean sendExitCode) {
        this(
                directory,
                script,
                variables,
                metadata,
                mark,
                endMark,
                control,
                tty,
                killGroup,
                sendExitCode,
                false,
                "",
                "");
    }

    /**
     * A test.
     *
     * @param variables statements that export its environment
     * @param metadata text of its metadata
     * @param fresh whether this is its first start
     * @param restartCodes exit codes after which it is started again
     */
    public static WrapperCommand ofTest(
            Workspace workspace,
            FmfTest test,
            String variables,
            String metadata,
            boolean fresh,
            String restartCodes,
            DebugSwitches switches) {
        StringBuilder checks = new StringBuilder();
        test.checks().forEach(check -> checks.append(check.call()));
        return new WrapperCommand(
                Environment.directory(workspace, test),
                Script.ofTest(workspace, test),
                variables,
                metadata,
                workspace.mark(RandomText.ofLength(10)),
                switches.outputDescriptor().isPresent() ? "" : RandomText.ofLength(END_MARK),
                true,
                test.tty(),
                !switches.noKill(),
                !switches.noExitCode(),
                fresh,
                checks.toString(),
                restartCodes);
    }

    /**
     * Returns the command for a script beside the tests; its background processes continue.
     *
     * @param variables statements
     * @param control whether it gets the control stream
     */
    public static WrapperCommand ofPlan(
            Workspace workspace, String script, String variables, ProcessMark mark, boolean control) {
        return new WrapperCommand(
                Environment.tree(workspace),
                script,
                variables,
                "",
                mark,
                RandomText.ofLength(END_MARK),
                control,
                false,
                false,
                true);
    }

    /**
     * Returns the parameters for the wrapper. They may contain secrets, so they are never arguments.
     *
     * @param end for the last line; nothing that a test can know
     */
    public String parameters(Workspace workspace, String end) {
        return ". \"$work/environment\"\n"
                + Shell.assign("bash", workspace.tool("bash"))
                + Shell.assign("setsid", workspace.tool("setsid"))
                + Shell.assign("env", workspace.tool("env"))
                + Shell.assign("script_tool", workspace.tool("script"))
                + Shell.assign("directory", directory)
                + Shell.assign("script", script)
                + Shell.assign("metadata", metadata)
                + Shell.assign("test_mark", mark.text())
                + Shell.assign("executor_mark", workspace.identity().mark())
                + Shell.assign("cgroup", workspace.cgroup().orElse(""))
                + Shell.assign("limit", mark.value())
                + Shell.assign("limit_range", mark.range())
                + Shell.assign("end_mark", endMark)
                + Shell.flag("control", control)
                + Shell.flag("tty", tty)
                + Shell.flag("kill_group", killGroup)
                + Shell.flag("send_exitcode", sendExitCode)
                + Shell.flag("fresh", fresh)
                + Shell.assign("check_calls", checks)
                + Shell.assign("restart_codes", restartCodes)
                + Shell.flag("default_signals", workspace.defaultSignals())
                + variablesFunction(variables, mark.text())
                + "complete=" + end + "\n";
    }

    /** Returns the shell function "variables", which exports them and the mark. */
    public static String variablesFunction(String variables, String mark) {
        return "variables() {\n" + variables + ProcessMarks.export(mark) + "\n}\n";
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
