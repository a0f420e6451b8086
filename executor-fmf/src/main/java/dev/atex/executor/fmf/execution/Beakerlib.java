package dev.atex.executor.fmf.execution;

import dev.atex.executor.fmf.machine.Environment;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.scripts.BinCommands;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The additions for a Beakerlib test. One instance for all restarts of the test.
 *
 * @param testId identifies the run for Beakerlib
 */
public record Beakerlib(UUID testId) {
    /** Variables for the test. */
    public Map<String, String> variables(Workspace workspace) {
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
