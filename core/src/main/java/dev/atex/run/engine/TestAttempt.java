package dev.atex.run.engine;

import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultTally;
import dev.atex.executor.Status;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Failures;
import dev.atex.provisioner.Remote;
import dev.atex.run.RunEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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

    /** The reason why the artifacts have no result for the test itself; null if they have one. Set before the end is posted. */
    private volatile @Nullable String unreported;

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

    /** Returns the reason why there is nothing to store; empty if there is something. */
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
        boolean untouched;
        Map<String, String> environment = environment();
        if (environment == null) {
            ending = complete(Ending.aborted(FailureClass.INTERNAL, "no environment for the test"));
            destroyed = false;
            untouched = false;
        } else {
            Ending end = execute(executor, machine, environment);
            untouched = end.machineUntouched();
            ending = complete(end);
            destroyed = !untouched && (ending.failure().isPresent() || machine.servesOneTest() || isDestroyed(ending));
        }
        boolean rerun = ending.isFailure() && !untouched && shouldBeRerun(ending);
        Ending last = ending;
        boolean used = destroyed;
        Duration held = hold(executor, ending);
        inbox.post(at ->
                lost ? null : new RunEvent.TestFinished(at, remote, test, number, last, rerun, used, at.minus(held)));
    }

    /** Returns how long the machine was held after the end; zero if the log need not contain it. */
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
            Ending end = executor.runTest(test, artifacts, environment);
            return end.failure().filter(FailureClass.CONNECTION::equals).isPresent() ? explained(end, machine) : end;
        } catch (InterruptedException e) {
            return Ending.aborted(FailureClass.CANCELLED, "cancel requested");
        } catch (Throwable e) {
            return Ending.aborted(FailureClass.INTERNAL, Failures.describe(e));
        }
    }

    /** Adds why the machine was lost, if its time was over. */
    private static Ending explained(Ending end, Remote machine) {
        String note = end.note().orElse("");
        return machine.expiry()
                .filter(expiry -> expiry.end().isExpired())
                .map(expiry -> end.noted(
                        note.replaceFirst("\\)?$", "") + ": " + expiry.reason() + (note.endsWith(")") ? ")" : "")))
                .orElse(end);
    }

    /** Adds what the results say. Adds a result for the test itself to them if there is none. */
    private Ending complete(Ending end) {
        Optional<String> reason = end.failure().map(failure -> end.note().orElse(failure.word()));
        reason.ifPresent(artifacts::abortedBy);
        try {
            ResultTally results = artifacts.tally();
            Optional<OwnResult> own = results.own();
            if (own.isPresent()) {
                own = own.map(reported -> reason.map(reported::abortedBy).orElse(reported));
            } else if (reason.isPresent() || plan.ensureResults()) {
                own = Optional.of(OwnResult.of(end).addTo(artifacts));
            }
            return end.with(own, FailedSubtests.of(results.failedSubtests(), results.firstFailed(), plan.subtests()));
        } catch (IOException | RuntimeException e) {
            return unreadable(end, e);
        }
    }

    private Ending unreadable(Ending end, Exception problem) {
        String why = "the test's results cannot be read or written: " + Failures.describe(problem);
        unreported = why;
        return new Ending(
                end.exitCode(),
                end.failure().or(() -> Optional.of(FailureClass.INTERNAL)),
                Optional.of(Status.INFRA.word()),
                Optional.of(why),
                Optional.empty());
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
