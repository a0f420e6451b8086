package dev.atex.executor.fmf.execution;

import dev.atex.executor.Ending;
import dev.atex.executor.Status;
import dev.atex.executor.Subtests;
import dev.atex.executor.fmf.control.FailedResults;
import dev.atex.executor.fmf.control.TestReport;
import dev.atex.executor.fmf.control.TmtStatus;
import dev.atex.executor.fmf.test.ResultRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of a test that reports no full result for itself: by its end, then by its checks, then by its key {@code
 * result}.
 *
 * @param notes say why
 */
public record Judgement(Status status, List<String> notes) {

    /**
     * Judges a test that ended.
     *
     * @param failedPhases what Beakerlib, which ends with 0 whatever happened, has reported that is bad
     * @param subtests whether failed ones count
     */
    public static Judgement of(
            Ending end, ResultRule rule, TestReport report, Optional<FailedResults> failedPhases, Subtests subtests) {
        Judgement outcome = outcome(end, rule, report, failedPhases);
        // Where the outcome stays as it is, they are counted later, by whoever reads the results.
        if (!rule.isPlain() && subtests == Subtests.COUNT) {
            outcome = outcome.worseBy(report.failedSubtests());
        }
        return outcome.worseBy(report.checks()).readBy(rule);
    }

    /** Returns the judgement that overrules the result that a test reported for itself: by a status in its ending. */
    public static Optional<Judgement> overruling(Ending end) {
        return end.status()
                .filter(_ -> end.failure().isEmpty())
                .map(word -> new Judgement(Status.of(word), end.note().stream().toList()));
    }

    /** Judges a test by the results in its file. */
    public static Judgement custom(Ending end, TestReport.Custom custom) {
        if (end.exitCode().isEmpty()) {
            throw new IllegalStateException("is no matter of the test's file");
        }
        Judgement said = new Judgement(custom.status(), custom.notes());
        return overruling(end)
                .map(judged -> said.or(judged.status, judged.notes.getFirst()))
                .orElse(said);
    }

    private static Judgement outcome(
            Ending end, ResultRule rule, TestReport report, Optional<FailedResults> failedPhases) {
        if (end.exitCode().isEmpty()) {
            return new Judgement(Status.ERROR, List.of("test duration timeout reached"));
        }
        Optional<Judgement> overruling = overruling(end);
        if (overruling.isPresent()) {
            return overruling.get();
        }
        Optional<String> unfinished = report.unfinishedStatus();
        if (unfinished.isPresent()) {
            return unfinished(unfinished.get());
        }
        if (failedPhases.isPresent()) {
            return new Judgement(Status.FAIL, List.of(failedPhases.get().note()));
        }
        return report.reported()
                .map(status -> new Judgement(status, notes(report.failedReports())))
                .orElseGet(() -> byExitCode(end.exitCode().getAsInt(), rule));
    }

    private static List<String> notes(Optional<FailedResults> failed) {
        return failed.map(FailedResults::note).stream().toList();
    }

    private static Judgement unfinished(String word) {
        return new Judgement(
                TmtStatus.meaning(word), Status.doubt(word).stream().toList());
    }

    private static Judgement byExitCode(int code, ResultRule rule) {
        if (code == 0) {
            return new Judgement(Status.PASS, List.of());
        }
        // A command that is not found does not "fail as expected".
        return rule.isPlain() || code == 1
                ? new Judgement(Status.FAIL, List.of())
                : new Judgement(Status.ERROR, List.of("exit code " + code));
    }

    private Judgement or(Status other, String note) {
        List<String> all = new ArrayList<>(notes);
        all.add(note);
        return new Judgement(status.or(other), all);
    }

    private Judgement worseBy(Optional<FailedResults> failed) {
        return failed.filter(found -> found.status().isWorseThan(status))
                .map(found -> or(found.status(), found.note()))
                .orElse(this);
    }

    private Judgement worseBy(Map<String, Status> checks) {
        Judgement judged = this;
        for (Map.Entry<String, Status> check : checks.entrySet()) {
            if (check.getValue().isWorseThan(judged.status)) {
                judged = judged.or(
                        check.getValue(),
                        check.getKey() + ": " + check.getValue().word());
            }
        }
        return judged;
    }

    private Judgement readBy(ResultRule rule) {
        Optional<Status> fixed = rule.fixed();
        if (fixed.isPresent()) {
            List<String> all = new ArrayList<>(notes);
            all.add("test result overridden: " + fixed.get().word());
            all.add("original test result: " + status.word());
            return new Judgement(fixed.get(), all);
        }
        if (rule == ResultRule.XFAIL && status == Status.FAIL) {
            return new Judgement(Status.PASS, with("test failed as expected"));
        }
        if (rule == ResultRule.XFAIL && status == Status.PASS) {
            return new Judgement(Status.FAIL, with("test was expected to fail"));
        }
        return this;
    }

    private List<String> with(String note) {
        List<String> all = new ArrayList<>(notes);
        all.add(note);
        return all;
    }

    /** Returns the exit code for reruns and summaries: the test's own if it agrees. A judged warning is a failure, as in tmt. */
    public int exitCode(int own) {
        boolean failed = status.isWorseThan(Status.PASS);
        return failed == (own != 0) ? own : failed ? 1 : 0;
    }
}
