package dev.atex.executor.fmf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a run of a test has beyond others if it uses Beakerlib. One instance for all restarts of the test.
 *
 * @param testId identifies the run for Beakerlib
 */
record Beakerlib(UUID testId) {
    /** Beakerlib itself, and those of the test. */
    static List<String> requires(FmfTest test) {
        return with("beakerlib", test.requires());
    }

    /** What Beakerlib could use, and those of the test. */
    static List<String> recommends(FmfTest test) {
        return with("beakerlib-redhat", test.recommends());
    }

    private static List<String> with(String name, List<String> names) {
        List<String> all = new ArrayList<>(names);
        if (!all.contains(name)) {
            all.addFirst(name);
        }
        return all;
    }

    /** Variables for the test. */
    Map<String, String> variables(Workspace workspace) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("BEAKERLIB_DIR", Environment.invocation(workspace));
        variables.put("TESTID", testId.toString());
        variables.put("BEAKERLIB_JOURNAL", "0");
        variables.put("BEAKERLIB_COMMAND_REPORT_RESULT", BinCommands.REPORT_RESULT);
        variables.put("BEAKERLIB_COMMAND_SUBMIT_LOG", BinCommands.SUBMIT_LOG);
        variables.put("ATEX_REPORTS_ARE_SUBTESTS", "1");
        return variables;
    }
}
