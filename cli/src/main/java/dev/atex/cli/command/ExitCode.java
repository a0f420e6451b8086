package dev.atex.cli.command;

import dev.atex.run.RunSummary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** What the exit code of {@code atex} says. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int TESTS_FAILED = 1;
    public static final int USAGE = 2;
    public static final int INFRASTRUCTURE = 3;
    public static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** Of a run that ended like this, perhaps because of a signal, whose code beats all. */
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

    /** For the help of commands that run no tests. */
    public static Map<String, String> ofPlainCommands() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("2", "usage or configuration: the message says what is wrong");
        return codes;
    }

    /** For the help of {@code run}. */
    public static Map<String, String> ofRuns() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "all tests passed (warn, info and skip count as passed)");
        codes.put(
                "1",
                "some test failed: its result or a subtest is fail or error, or it ran over its duration; or, with --flaky fail, it passed only when run again");
        codes.put("2", "usage or configuration: nothing was run, nothing created");
        codes.put("3", "infrastructure: some test could not be run, or its result not be stored; beats 1");
        codes.put("129", "ended by SIGHUP");
        codes.put("130", "ended by Ctrl-C (SIGINT)");
        codes.put("143", "ended by SIGTERM");
        return codes;
    }
}
