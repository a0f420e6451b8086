package dev.atex.executor.fmf.execution;

import dev.atex.executor.Status;
import dev.atex.executor.Subtests;
import dev.atex.executor.fmf.control.FailedResults;
import dev.atex.executor.fmf.control.TestReport;
import dev.atex.executor.fmf.control.TestStatus;
import dev.atex.executor.fmf.test.ResultRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a test went, if it does not say so itself by a full result: by what happened, then by its checks, then by its key
 * {@code result}.
 *
 * @param notes say why
 */
public record Judgement(TestStatus status, List<String> notes) {

    /**
     * Of a test that came to an end.
     *
     * @param failedPhases what Beakerlib, which ends with 0 whatever happened, has reported that is bad
     * @param subtests whether failed ones count
     */
    public static Judgement of(
            TestEnd end, ResultRule rule, TestReport report, Optional<FailedResults> failedPhases, Subtests subtests) {
        Judgement outcome = outcome(end, rule, report, failedPhases);
        // Where the outcome stays as it is, they are counted later, by whoever reads the results.
        if (!rule.isPlain() && subtests == Subtests.COUNT) {
            outcome = outcome.worseBy(report.failedSubtests());
        }
        return outcome.worseBy(report.checks()).readBy(rule);
    }

    /** That of a test which has said itself how it went, and then ended in a way that it could not know. */
    public static Optional<Judgement> overruling(TestEnd end) {
        return switch (end) {
            case TestEnd.Aborted() -> Optional.of(new Judgement(TestStatus.ERROR, List.of(ABORTED)));
            case TestEnd.NotRestarted(int _, String reason) ->
                Optional.of(new Judgement(TestStatus.ERROR, List.of(reason)));
            case TestEnd.Exited _, TestEnd.TimedOut _ -> Optional.empty();
        };
    }

    /** By the results that the test has written into a file. */
    public static Judgement custom(TestEnd end, TestReport.Custom custom) {
        Judgement said = new Judgement(custom.status(), custom.notes());
        return switch (end) {
            case TestEnd.Exited _ -> said;
            case TestEnd.NotRestarted(int _, String reason) -> said.or(TestStatus.ERROR, reason);
            case TestEnd.Aborted() -> said.or(TestStatus.ERROR, ABORTED);
            case TestEnd.TimedOut() -> throw new IllegalStateException("is no matter of the test's file");
        };
    }

    private static final String ABORTED = "aborted by tmt-abort";

    private static Judgement outcome(
            TestEnd end, ResultRule rule, TestReport report, Optional<FailedResults> failedPhases) {
        return switch (end) {
            case TestEnd.NotRestarted(int _, String reason) -> new Judgement(TestStatus.ERROR, List.of(reason));
            case TestEnd.Aborted() -> new Judgement(TestStatus.ERROR, List.of(ABORTED));
            case TestEnd.TimedOut() -> new Judgement(TestStatus.ERROR, List.of("test duration timeout reached"));
            case TestEnd.Exited(int code) -> {
                Optional<String> unfinished = report.unfinishedStatus();
                if (unfinished.isPresent()) {
                    yield unfinished(unfinished.get());
                }
                if (failedPhases.isPresent()) {
                    yield new Judgement(
                            TestStatus.FAIL, List.of(failedPhases.get().note()));
                }
                yield report.reported()
                        .map(status -> new Judgement(status, notes(report.failedReports())))
                        .orElseGet(() -> byExitCode(code, rule));
            }
        };
    }

    private static List<String> notes(Optional<FailedResults> failed) {
        return failed.map(FailedResults::note).stream().toList();
    }

    private static Judgement unfinished(String word) {
        return new Judgement(
                TestStatus.meaning(word), Status.doubt(word).stream().toList());
    }

    private static Judgement byExitCode(int code, ResultRule rule) {
        if (code == 0) {
            return new Judgement(TestStatus.PASS, List.of());
        }
        // A command that is not found does not "fail as expected".
        return rule.isPlain() || code == 1
                ? new Judgement(TestStatus.FAIL, List.of())
                : new Judgement(TestStatus.ERROR, List.of("exit code " + code));
    }

    private Judgement or(TestStatus other, String note) {
        List<String> all = new ArrayList<>(notes);
        all.add(note);
        return new Judgement(status.or(other), all);
    }

    private Judgement worseBy(Optional<FailedResults> failed) {
        return failed.filter(found -> found.status().compareTo(status) > 0)
                .map(found -> or(found.status(), found.note()))
                .orElse(this);
    }

    private Judgement worseBy(Map<String, TestStatus> checks) {
        Judgement judged = this;
        for (Map.Entry<String, TestStatus> check : checks.entrySet()) {
            if (check.getValue().compareTo(judged.status) > 0) {
                judged = judged.or(
                        check.getValue(),
                        check.getKey() + ": " + check.getValue().word());
            }
        }
        return judged;
    }

    private Judgement readBy(ResultRule rule) {
        Optional<TestStatus> fixed = rule.fixed();
        if (fixed.isPresent()) {
            List<String> all = new ArrayList<>(notes);
            all.add("test result overridden: " + fixed.get().word());
            all.add("original test result: " + status.word());
            return new Judgement(fixed.get(), all);
        }
        if (rule == ResultRule.XFAIL && status == TestStatus.FAIL) {
            return new Judgement(TestStatus.PASS, with("test failed as expected"));
        }
        if (rule == ResultRule.XFAIL && status == TestStatus.PASS) {
            return new Judgement(TestStatus.FAIL, with("test was expected to fail"));
        }
        return this;
    }

    private List<String> with(String note) {
        List<String> all = new ArrayList<>(notes);
        all.add(note);
        return all;
    }

    /** The exit code by which reruns and summaries decide: the test's own where that says the same. */
    public int exitCode(int own) {
        return status.failed() == (own != 0) ? own : status.failed() ? 1 : 0;
    }
}
