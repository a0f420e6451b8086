package dev.atex.run.engine;

import dev.atex.executor.Executor;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultTally;
import dev.atex.executor.TestAbortedException;
import dev.atex.executor.TestArtifacts;
import dev.atex.provisioner.Remote;
import dev.atex.run.Ending;
import dev.atex.run.RunEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One attempt at a test: runs it, sees to it that it has a result, and asks the policies about it. */
final class TestAttempt {
    private static final Duration WORTH_SAYING = Duration.ofMillis(100);

    private final RunPlan plan;
    private final Inbox inbox;
    private final String remote;
    private final String test;
    private final int number;
    private final TestArtifacts artifacts;

    /** Set by the coordinator, and read by it: the attempt has been given up, whatever comes of it still. */
    private boolean lost;

    /** Why the artifacts hold no result for the test itself, though they should; set before the end is posted. */
    private volatile @Nullable String unreported;

    /** Nothing was done on the machine: it would be the same again, and costs nothing. Of the thread of the attempt. */
    private boolean untouched;

    TestAttempt(RunPlan plan, Inbox inbox, String remote, String test, int number, TestArtifacts artifacts) {
        this.plan = plan;
        this.inbox = inbox;
        this.remote = remote;
        this.test = test;
        this.number = number;
        this.artifacts = artifacts;
    }

    String remote() {
        return remote;
    }

    int number() {
        return number;
    }

    TestArtifacts artifacts() {
        return artifacts;
    }

    /** Why there is nothing to be stored, if that is so. */
    Optional<String> unreported() {
        return Optional.ofNullable(unreported);
    }

    void lose() {
        lost = true;
    }

    /** Runs the test and posts how it ended; whatever is thrown on the way is part of that. */
    void run(Executor executor, Remote machine) {
        Ending ending;
        boolean destroyed;
        Map<String, String> environment = environment();
        if (environment == null) {
            ending = ended(FailureClass.INTERNAL, TestAbortedException.note("no environment for the test"));
            destroyed = false;
        } else {
            ending = execute(executor, machine, environment);
            destroyed = !untouched && (ending.failure().isPresent() || isDestroyed(ending));
        }
        boolean rerun = ending.isFailure() && !untouched && shouldBeRerun(ending);
        Ending last = ending;
        boolean used = destroyed;
        Duration held = hold(executor, ending);
        inbox.post(at ->
                lost ? null : new RunEvent.TestFinished(at, remote, test, number, last, rerun, used, at.minus(held)));
    }

    /** How long the machine was held after the end: only what a log should say. */
    private Duration hold(Executor executor, Ending ending) {
        long ended = System.nanoTime();
        try {
            plan.afterTest().ended(executor, test, number, ending, artifacts);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end of this thread is near
        } catch (Throwable failure) {
            inbox.hookFailed("after " + test, failure);
        }
        Duration held =
                Duration.ofMillis(Duration.ofNanos(System.nanoTime() - ended).toMillis());
        return held.compareTo(WORTH_SAYING) < 0 ? Duration.ZERO : held;
    }

    private @Nullable Map<String, String> environment() {
        try {
            return plan.environment().apply(test);
        } catch (Throwable failure) {
            inbox.hookFailed("environment of " + test, failure);
            return null;
        }
    }

    private Ending execute(Executor executor, Remote machine, Map<String, String> environment) {
        try {
            return ended(executor.runTest(test, artifacts, environment));
        } catch (TestAbortedException e) {
            untouched = e.isMachineUntouched();
            return ended(
                    e.failureClass(), e.failureClass() == FailureClass.CONNECTION ? why(e.note(), machine) : e.note());
        } catch (InterruptedException e) {
            return ended(FailureClass.CANCELLED, TestAbortedException.note("cancel requested"));
        } catch (Throwable e) {
            return ended(FailureClass.INTERNAL, TestAbortedException.note(Failures.describe(e)));
        }
    }

    /** With what it was lost by, if it was lost when its time was over. */
    private static String why(String note, Remote machine) {
        return machine.expiry()
                .filter(expiry -> expiry.end().isExpired())
                .map(expiry ->
                        note.replaceFirst("\\)?$", "") + ": " + expiry.reason() + (note.endsWith(")") ? ")" : ""))
                .orElse(note);
    }

    private Ending ended(int exitCode) {
        try {
            ResultTally results = artifacts.tally();
            Optional<OwnResult> own = results.own();
            if (own.isEmpty() && plan.ensureResults()) {
                own = Optional.of(OwnResult.ofExit(exitCode).addTo(artifacts));
            }
            return ending(OptionalInt.of(exitCode), Optional.empty(), own, results);
        } catch (IOException | RuntimeException e) {
            return unreadable(OptionalInt.of(exitCode), FailureClass.INTERNAL, e);
        }
    }

    private Ending ended(FailureClass failure, String note) {
        artifacts.abortedBy(note);
        try {
            ResultTally results = artifacts.tally();
            Optional<OwnResult> own = results.own();
            OwnResult last = own.isEmpty()
                    ? OwnResult.aborted(note).addTo(artifacts)
                    : own.get().abortedBy(note);
            return ending(OptionalInt.empty(), Optional.of(failure), Optional.of(last), results);
        } catch (IOException | RuntimeException e) {
            return unreadable(OptionalInt.empty(), failure, e);
        }
    }

    private Ending ending(
            OptionalInt exitCode, Optional<FailureClass> failure, Optional<OwnResult> own, ResultTally results) {
        return Ending.of(
                exitCode,
                failure,
                own,
                FailedSubtests.of(results.failedSubtests(), results.firstFailed(), plan.subtests()));
    }

    private Ending unreadable(OptionalInt exitCode, FailureClass failure, Exception problem) {
        String why = "the test's results cannot be read or written: " + Failures.describe(problem);
        unreported = why;
        return Ending.of(exitCode, Optional.of(failure), Optional.of(OwnResult.aborted(why)), FailedSubtests.NONE);
    }

    private boolean shouldBeRerun(Ending ending) {
        try {
            return plan.rerun().shouldBeRerun(test, number - plan.uncounted(test), ending);
        } catch (Throwable failure) {
            inbox.hookFailed("shouldBeRerun for " + test, failure);
            return false;
        }
    }

    private boolean isDestroyed(Ending ending) {
        try {
            return plan.destructive().destroys(test, ending);
        } catch (Throwable failure) {
            inbox.hookFailed("destructive for " + test, failure);
            return true;
        }
    }
}
