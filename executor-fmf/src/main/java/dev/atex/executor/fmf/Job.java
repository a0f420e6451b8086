package dev.atex.executor.fmf;

import dev.atex.fmf.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What the wrapper is to run: a test, or a script of a plan.
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
 */
record Job(
        String directory,
        String script,
        String variables,
        String metadata,
        JobMark mark,
        String endMark,
        boolean control,
        boolean tty,
        boolean killGroup,
        boolean sendExitCode) {

    private static final int END_MARK = 24;

    /** A test. */
    static Job ofTest(
            Workspace workspace,
            FmfTest test,
            Optional<Beakerlib> beakerlib,
            Map<String, String> environment,
            int restarts,
            DebugSwitches switches) {
        String prologue = beakerlib.isPresent() ? Beakerlib.prologue(workspace, restarts) : "";
        Map<String, String> framework =
                beakerlib.map(its -> its.variables(workspace)).orElse(Map.of());
        JobMark mark = workspace.mark(RandomText.ofLength(10));
        return new Job(
                Environment.directory(workspace, test),
                Script.ofTest(workspace, prologue, test.script()),
                Environment.ofTest(workspace, test, framework, environment, restarts),
                Yaml.write(test.data()),
                mark,
                switches.outputDescriptor().isPresent() ? "" : RandomText.ofLength(END_MARK),
                true,
                test.tty(),
                !switches.noKill(),
                !switches.noExitCode());
    }

    /**
     * A script beside the tests; what it starts may go on after its end.
     *
     * @param variables statements
     * @param control whether it gets the control stream
     */
    static Job ofPlan(Workspace workspace, String script, String variables, JobMark mark, boolean control) {
        return new Job(
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

    /** The parameters as the wrapper takes them: there may be secrets among them, so they never are arguments. */
    String parameters(Workspace workspace) {
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
                + Shell.flag("default_signals", workspace.defaultSignals())
                + variablesFunction(variables, mark.text())
                + "complete=1\n";
    }

    /** The function of shell "variables", which exports them and the mark. */
    static String variablesFunction(String variables, String mark) {
        return "variables() {\n" + variables + "export ATEX_TEST_MARK=\"${ATEX_TEST_MARK-}\"" + Shell.quote(mark)
                + "\n}\n";
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
