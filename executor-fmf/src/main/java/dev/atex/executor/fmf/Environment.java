package dev.atex.executor.fmf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables of tests and scripts. Those that never change lie in a file on the remote, as functions of bash.
 *
 * @param plan of the plan
 * @param executor of the executor
 */
record Environment(Map<String, String> plan, Map<String, String> executor) {
    /** The variables for tests of a plan; those of its guest are the weakest. */
    static Environment of(FmfPlan plan, Map<String, String> executor) {
        Map<String, String> ofPlan = new LinkedHashMap<>(plan.guest().environment());
        ofPlan.putAll(plan.environment());
        return new Environment(ofPlan, executor);
    }

    /** Name of the file in the work directory. */
    static final String FILE = "environment";

    /** Name of the file in the work directory whose variables scripts and tests get: {@code NAME=value} lines. */
    static final String PLAN_FILE = "plan_env";

    /** Name of the file in the work directory that bash sources around scripts and tests. */
    static final String PLAN_SCRIPT = "plan_script";

    /** Name of the directory in the work directory for what a plan leaves. */
    static final String PLAN_DATA = "plan_data";

    /** Name of the file in the work directory that bash sources before those of the plan. */
    static final String BEFORE = "before_plan";

    /** Name of the file in the work directory that bash sources after those of the plan: what was given for the run wins. */
    static final String AFTER = "after_plan";

    private static final String FROM_PLAN = "plan_variables";
    private static final String FROM_EXECUTOR = "executor_variables";

    /** The descriptor of the control stream, see the wrapper. */
    static final String CONTROL = "3";

    /** The text of the file. */
    String file(Workspace workspace) {
        Map<String, String> last = new LinkedHashMap<>();
        last.put("TMT_TREE", tree(workspace));
        last.put("TMT_PLAN_DATA", workspace.file(PLAN_DATA));
        last.put("TMT_PLAN_SOURCE_SCRIPT", workspace.file(PLAN_SCRIPT));
        last.put("TMT_TOPOLOGY_BASH", workspace.file(Topology.BASH));
        last.put("TMT_TOPOLOGY_YAML", workspace.file(Topology.YAML));
        last.putAll(executor);
        return Variables.function(FROM_PLAN, plan) + Variables.function(FROM_EXECUTOR, last);
    }

    /** Makes what the variables name, in a directory that becomes the work directory. */
    void writeTo(Path directory, Workspace workspace) throws IOException {
        Files.writeString(directory.resolve(FILE), file(workspace));
        Variables.Kept given = Variables.kept(executor.keySet());
        Files.writeString(directory.resolve(BEFORE), given.before());
        Files.writeString(directory.resolve(AFTER), given.after());
        Files.createFile(directory.resolve(PLAN_SCRIPT));
        Files.createDirectory(directory.resolve(PLAN_DATA));
    }

    /** Those of the plan and those of the executor, for what runs on this host. */
    Map<String, String> here() {
        Map<String, String> all = new LinkedHashMap<>(plan);
        all.putAll(executor);
        return all;
    }

    /** Statements for a script of the plan. */
    static String ofScript(Workspace workspace) {
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
    static String ofStep(Workspace workspace, Map<String, String> own, int restarts, boolean reboots) {
        Map<String, String> last = new LinkedHashMap<>(own);
        last.put("TMT_REBOOT_COUNT", String.valueOf(restarts));
        if (reboots) {
            last.put("ATEX_PREPARE_CONTROL", CONTROL);
        }
        return ofScript(workspace) + Variables.export(last);
    }

    /**
     * Statements for a test.
     *
     * @param framework of what the test is written with
     * @param call of the call
     * @param restarts how often the test was started before
     */
    static String ofTest(
            Workspace workspace, FmfTest test, Map<String, String> framework, Map<String, String> call, int restarts) {
        Map<String, String> first = new LinkedHashMap<>();
        first.put("TMT_PLAN_ENVIRONMENT_FILE", workspace.file("plan_env"));
        first.put("TMT_TEST_NAME", test.name());
        first.put("TMT_TEST_METADATA", workspace.file("metadata.yaml"));
        if (test.tty()) {
            first.put("TERM", "vt100");
        }
        first.putAll(framework);
        first.putAll(test.environment());
        Map<String, String> last = new LinkedHashMap<>(call);
        last.put("TMT_REBOOT_COUNT", String.valueOf(restarts));
        last.put("TMT_TEST_RESTART_COUNT", String.valueOf(restarts));
        last.put("ATEX_TEST_CONTROL", CONTROL);
        return FROM_PLAN + "\n" + Variables.export(first) + FROM_EXECUTOR + "\n" + Variables.export(last);
    }

    /** Statements for people who look around. */
    static String ofShell(Workspace workspace, Map<String, String> call) {
        return ofScript(workspace) + Variables.export(call);
    }

    /** Where a test runs. */
    static String directory(Workspace workspace, FmfTest test) {
        return tree(workspace) + (test.directory().isEmpty() ? "" : "/" + test.directory());
    }

    /** Where the trees are. */
    static String tree(Workspace workspace) {
        return workspace.file("tests");
    }
}
