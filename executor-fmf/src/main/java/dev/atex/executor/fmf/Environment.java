package dev.atex.executor.fmf;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables of tests and scripts. Those that never change lie in a file on the remote, as functions of bash.
 *
 * @param plan of the plan
 * @param executor of the executor
 */
record Environment(Map<String, String> plan, Map<String, String> executor) {
    /** Name of the file in the work directory. */
    static final String FILE = "environment";

    private static final String FROM_PLAN = "plan_variables";
    private static final String FROM_EXECUTOR = "executor_variables";

    /** The descriptor of the control stream, see the wrapper. */
    private static final String CONTROL = "3";

    /** The text of the file. */
    String file(Workspace workspace) {
        Map<String, String> last = new LinkedHashMap<>();
        last.put("TMT_TREE", tree(workspace));
        last.putAll(executor);
        return Variables.function(FROM_PLAN, plan) + Variables.function(FROM_EXECUTOR, last);
    }

    /** Statements for a script of the plan. */
    static String ofScript(Workspace workspace) {
        return FROM_PLAN + "\n" + FROM_EXECUTOR + "\n"
                + Variables.export(Map.of("TMT_PLAN_ENVIRONMENT_FILE", workspace.file("plan_env")));
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
