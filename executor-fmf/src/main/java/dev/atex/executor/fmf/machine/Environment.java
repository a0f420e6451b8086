package dev.atex.executor.fmf.machine;

import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.executor.fmf.shell.Variables;
import dev.atex.executor.fmf.test.FmfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables of tests and scripts. Constant ones are in a file on the machine, as functions of bash.
 *
 * @param plan of the plan
 * @param executor of the executor
 */
public record Environment(Map<String, String> plan, Map<String, String> executor) {
    /** Returns the variables for tests of a plan; those of its guest have the lowest precedence. */
    public static Environment of(FmfPlan plan, Map<String, String> executor) {
        Map<String, String> ofPlan = plan.guestEnvironment();
        ofPlan.putAll(plan.environment());
        return new Environment(ofPlan, executor);
    }

    /** Returns its file name in the work directory. */
    public static final String FILE = "environment";

    /** Name of the file in the work directory whose variables scripts and tests get: {@code NAME=value} lines. */
    public static final String PLAN_FILE = "plan_env";

    /** Name of the file in the work directory that bash sources around scripts and tests. */
    public static final String PLAN_SCRIPT = "plan_script";

    /** Name of the directory in the work directory for what a plan leaves. */
    public static final String PLAN_DATA = "plan_data";

    /** Name of the file in the work directory that bash sources before those of the plan. */
    public static final String BEFORE = "before_plan";

    /** Name of the file in the work directory that bash sources after those of the plan: what was given for the run wins. */
    public static final String AFTER = "after_plan";

    private static final String FROM_PLAN = "plan_variables";
    private static final String FROM_EXECUTOR = "executor_variables";

    /** The descriptor of the control stream, see the wrapper. */
    public static final String CONTROL = "3";

    private static final String VERSION = RemoteScripts.read("version").strip();

    /** The text of the file. */
    public String file(Workspace workspace) {
        Map<String, String> last = new LinkedHashMap<>();
        last.put("TMT_TREE", tree(workspace));
        last.put("TMT_PLAN_DATA", workspace.file(PLAN_DATA));
        last.put("TMT_PLAN_SOURCE_SCRIPT", workspace.file(PLAN_SCRIPT));
        last.put("TMT_TOPOLOGY_BASH", workspace.file(Topology.BASH));
        last.put("TMT_TOPOLOGY_YAML", workspace.file(Topology.YAML));
        last.putAll(executor);
        return Variables.function(FROM_PLAN, plan) + Variables.function(FROM_EXECUTOR, last);
    }

    /** Creates the files that the variables name, in a directory that becomes the work directory. */
    public void writeTo(Path directory, Workspace workspace) throws IOException {
        Files.writeString(directory.resolve(FILE), file(workspace));
        Variables.Kept given = Variables.kept(executor.keySet());
        Files.writeString(directory.resolve(BEFORE), given.before());
        Files.writeString(directory.resolve(AFTER), given.after());
        Files.createFile(directory.resolve(PLAN_SCRIPT));
        Files.createDirectory(directory.resolve(PLAN_DATA));
    }

    /** Returns the variables of plan and executor, for processes on this host. */
    public Map<String, String> here() {
        Map<String, String> all = new LinkedHashMap<>(plan);
        all.putAll(executor);
        return all;
    }

    /** Returns statements for a script of the plan. */
    public static String ofScript(Workspace workspace) {
        return FROM_PLAN + "\n" + FROM_EXECUTOR + "\n"
                + Variables.export(Map.of("TMT_PLAN_ENVIRONMENT_FILE", workspace.file(PLAN_FILE)));
    }

    /**
     * Statements for a script of {@code prepare} or {@code finish}.
     *
     * @param own of its phase
     * @param restarts how often the script was started before
     * @param reboots whether it may reboot the machine
     */
    public static String ofStep(Workspace workspace, Map<String, String> own, int restarts, boolean reboots) {
        Map<String, String> last = new LinkedHashMap<>(own);
        last.put("TMT_REBOOT_COUNT", String.valueOf(restarts));
        if (reboots) {
            last.put("ATEX_PREPARE_CONTROL", CONTROL);
        }
        return ofScript(workspace) + Variables.export(last);
    }

    /**
     * The start of a test, as its variables describe it.
     *
     * @param serial its place in the order of tests, from 1
     * @param iteration different for each attempt
     * @param reboots how often it was started before because of a reboot
     * @param restarts how often it was started before
     */
    public record Start(int serial, String iteration, int reboots, int restarts) {}

    /**
     * Returns statements for a test.
     *
     * @param framework of what the test is written with
     * @param call of the call
     */
    public static String ofTest(
            Workspace workspace, FmfTest test, Map<String, String> framework, Map<String, String> call, Start start) {
        return FROM_PLAN + "\n" + Variables.export(first(workspace, test, framework)) + FROM_EXECUTOR + "\n"
                + Variables.export(last(workspace, call, start));
    }

    /** Returns all variables of a test, to check whether they fit into the arguments of programs. */
    public Map<String, String> all(
            Workspace workspace, FmfTest test, Map<String, String> framework, Map<String, String> call, Start start) {
        Map<String, String> all = new LinkedHashMap<>(plan);
        all.putAll(first(workspace, test, framework));
        all.putAll(executor);
        all.putAll(last(workspace, call, start));
        return all;
    }

    private static Map<String, String> first(Workspace workspace, FmfTest test, Map<String, String> framework) {
        Map<String, String> first = new LinkedHashMap<>();
        first.put("TMT_PLAN_ENVIRONMENT_FILE", workspace.file(PLAN_FILE));
        first.put("TMT_TEST_NAME", test.writtenName());
        first.put("TMT_TEST_METADATA", workspace.file("metadata.yaml"));
        if (test.tty()) {
            first.put("TERM", "vt100");
        }
        first.putAll(framework);
        first.putAll(test.environment());
        return first;
    }

    private static Map<String, String> last(Workspace workspace, Map<String, String> call, Start start) {
        Map<String, String> last = new LinkedHashMap<>(call);
        last.put("TMT_TEST_DATA", data(workspace));
        last.put("TMT_TEST_INVOCATION_PATH", invocation(workspace));
        last.put("TMT_TEST_SUBMITTED_FILES", invocation(workspace) + "/submitted-files.log");
        last.put("TMT_TEST_SERIAL_NUMBER", String.valueOf(start.serial()));
        last.put("TMT_TEST_ITERATION_ID", start.iteration());
        last.put("TMT_REBOOT_COUNT", String.valueOf(start.reboots()));
        last.put("REBOOTCOUNT", String.valueOf(start.reboots()));
        last.put("RSTRNT_REBOOTCOUNT", String.valueOf(start.reboots()));
        last.put("TMT_TEST_RESTART_COUNT", String.valueOf(start.restarts()));
        last.put("ATEX_VERSION", VERSION);
        last.put("ATEX_TEST_CONTROL", CONTROL);
        return last;
    }

    /** Returns statements for interactive shells. */
    public static String ofShell(Workspace workspace, Map<String, String> call) {
        return ofScript(workspace) + Variables.export(call);
    }

    /** Returns the working directory of a test. */
    public static String directory(Workspace workspace, FmfTest test) {
        return tree(workspace) + (test.directory().isEmpty() ? "" : "/" + test.directory());
    }

    /** Returns the directory of the running test, which restarts keep. */
    public static String invocation(Workspace workspace) {
        return workspace.file("invocation");
    }

    /** Returns the directory for files that a test leaves. */
    public static String data(Workspace workspace) {
        return invocation(workspace) + "/data";
    }

    /** Returns the root of the tests. */
    public static String tree(Workspace workspace) {
        return workspace.file("tests");
    }
}
