package dev.atex.cli.command;

import dev.atex.run.RunSummary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The exit codes of {@code atex}. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int TESTS_FAILED = 1;
    public static final int USAGE = 2;
    public static final int INFRASTRUCTURE = 3;
    public static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** Returns the exit code of a run. That of a signal takes precedence. */
    public static int of(RunSummary summary, OptionalInt signal, boolean flakyFails) {
        if (summary.interrupted().isPresent() && signal.isPresent()) {
            return signal.getAsInt();
        }
        boolean failed = false;
        boolean infrastructure = !summary.problems().isEmpty();
        for (RunSummary.Outcome outcome : summary.outcomes()) {
            switch (outcome.verdict()) {
                case PASSED -> {}
                case FLAKY -> failed |= flakyFails;
                case FAILED -> failed = true;
                case INFRA, CANCELLED -> infrastructure = true;
                case NOT_RUN -> infrastructure |= !outcome.status().equals("skip"); // somebody wanted it so
            }
        }
        return infrastructure ? INFRASTRUCTURE : failed ? TESTS_FAILED : OK;
    }

    /** Returns the exit codes of commands that run no tests, for their help. */
    public static Map<String, String> ofPlainCommands() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("2", "usage or configuration error: the message says what is wrong");
        return codes;
    }

    /** Returns the exit codes of {@code run}, for its help. */
    public static Map<String, String> ofRuns() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "all tests passed (warn, info and skip count as passed)");
        codes.put(
                "1",
                "a test failed: its result or a subtest is fail or error, or it exceeded its duration; with --flaky fail, also if it passed only in a rerun");
        codes.put("2", "usage or configuration error: nothing was started");
        codes.put(
                "3",
                "infrastructure: a test could not be run, or its result could not be stored; takes precedence over 1");
        codes.put("129", "ended by SIGHUP");
        codes.put("130", "ended by Ctrl-C (SIGINT)");
        codes.put("143", "ended by SIGTERM");
        return codes;
    }
}
