package dev.atex.run.engine;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.OwnResult;
import dev.atex.executor.TestAbortedException;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import dev.atex.run.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Hands artifacts to the aggregators, and posts what came of it. A failure leaves them where they are and says where. */
final class Storage {
    private final RunPlan plan;
    private final Inbox inbox;

    Storage(RunPlan plan, Inbox inbox) {
        this.plan = plan;
        this.inbox = inbox;
    }

    /** Stores an attempt, unless it has no result of its own: then nobody may believe that it was stored. */
    void ingest(String test, TestAttempt attempt) {
        Optional<String> unreported = attempt.unreported();
        if (unreported.isPresent()) {
            failed(test, attempt.number(), attempt.artifacts(), unreported.get());
        } else {
            ingest(plan.aggregator(), test, attempt.number(), true, attempt.artifacts());
        }
    }

    /** Stores a result that the orchestrator itself reports. */
    void reportNotRun(String test, int attempt, TestArtifacts artifacts, boolean wanted, String reason) {
        try {
            OwnResult own = wanted ? OwnResult.skipped(reason) : OwnResult.aborted(TestAbortedException.note(reason));
            OwnResult _ = own.addTo(artifacts);
        } catch (IOException | RuntimeException e) {
            failed(test, attempt, artifacts, Failures.describe(e));
            return;
        }
        ingest(plan.aggregator(), test, attempt, true, artifacts);
    }

    void supersede(String test, int attempt, TestArtifacts artifacts) {
        if (plan.oldAggregator().isPresent()) {
            ingest(plan.oldAggregator().get(), test, attempt, false, artifacts);
            return;
        }
        Path directory = artifacts.directory();
        Optional<Path> kept = Optional.empty();
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            kept = plan.keepSuperseded() ? Optional.of(directory) : drop(test, directory);
        }
        Optional<Path> place = kept;
        inbox.post(at -> new RunEvent.AttemptSuperseded(at, test, attempt, place));
    }

    private void ingest(Aggregator aggregator, String test, int attempt, boolean last, TestArtifacts artifacts) {
        try {
            Commit commit = Objects.requireNonNull(
                    aggregator.ingest(new Attempt(plan.platform(), test, attempt), artifacts),
                    "the aggregator returned no commit");
            inbox.post(at -> new RunEvent.AttemptIngested(at, test, attempt, last, commit));
        } catch (Throwable failure) {
            failed(test, attempt, artifacts, Failures.describe(failure));
        }
    }

    private void failed(String test, int attempt, TestArtifacts artifacts, String message) {
        inbox.post(at -> new RunEvent.IngestFailed(at, test, attempt, artifacts.directory(), message));
    }

    /** Deletes a directory; what can't be deleted is reported and still there. */
    private Optional<Path> drop(String test, Path directory) {
        try {
            Trees.delete(directory);
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            inbox.hookFailed("dropping the artifacts of a superseded attempt at " + test, e);
            return Optional.of(directory);
        }
    }
}
