package dev.atex.run.engine;

import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.concurrent.Deadline;
import dev.atex.executor.OwnResult;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Failures;
import dev.atex.internal.files.Trees;
import dev.atex.results.StoredArtifacts;
import dev.atex.run.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Passes the artifacts of attempts to the aggregator and posts the outcome. Artifacts that were stored stay until the run is
 * complete: until then a resumed run may need them.
 */
final class Storage {
    private final RunPlan plan;
    private final Inbox inbox;
    private final Queue<StoredArtifacts> stored = new ConcurrentLinkedQueue<>();

    Storage(RunPlan plan, Inbox inbox) {
        this.plan = plan;
        this.inbox = inbox;
        plan.resumption().ifPresent(earlier -> stored.addAll(earlier.storedArtifacts()));
    }

    /** Stores an attempt, unless its result for the test itself is missing: then it would only seem to be stored. */
    void ingest(String test, TestAttempt attempt) {
        Optional<String> unreported = attempt.unreported();
        if (unreported.isPresent()) {
            failed(test, attempt.number(), attempt.artifacts(), unreported.get());
            return;
        }
        Optional<Commit> commit = ingest(test, attempt.number(), attempt.artifacts());
        if (commit.isPresent() && attempt.artifacts().mayExist()) {
            stored.add(new StoredArtifacts(attempt.artifacts(), commit.get().files()));
        }
    }

    /** Stores a result for a test that was not run. */
    void reportNotRun(String test, int attempt, TestArtifacts artifacts, boolean wanted, String reason) {
        try {
            OwnResult own = wanted ? OwnResult.skipped(reason) : OwnResult.notRun(reason);
            OwnResult _ = own.addTo(artifacts);
        } catch (IOException | RuntimeException e) {
            failed(test, attempt, artifacts, Failures.describe(e));
            return;
        }
        if (ingest(test, attempt, artifacts).isPresent()) {
            removeNotRun(test, artifacts);
        }
    }

    void supersede(String test, int attempt, TestArtifacts artifacts) {
        Path directory = artifacts.directory();
        Optional<Path> kept = Optional.empty();
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            kept = plan.keepSuperseded() ? Optional.of(directory) : drop(test, directory);
        }
        Optional<Path> place = kept;
        inbox.post(at -> new RunEvent.AttemptSuperseded(at, test, attempt, place));
    }

    private Optional<Commit> ingest(String test, int attempt, TestArtifacts artifacts) {
        try {
            Commit commit = Objects.requireNonNull(
                    plan.aggregator().ingest(new Attempt(plan.platform(), test, attempt), artifacts),
                    "the aggregator returned no commit");
            inbox.post(at -> new RunEvent.AttemptIngested(at, test, attempt, true, commit));
            return Optional.of(commit);
        } catch (Throwable failure) {
            failed(test, attempt, artifacts, Failures.describe(failure));
            return Optional.empty();
        }
    }

    private void failed(String test, int attempt, TestArtifacts artifacts, String message) {
        inbox.post(at -> new RunEvent.IngestFailed(at, test, attempt, artifacts.directory(), message));
    }

    /** Their directory would count as an attempt. */
    private void removeNotRun(String test, TestArtifacts artifacts) {
        try {
            StoredArtifacts.removeNotRun(artifacts);
        } catch (IOException | RuntimeException e) {
            inbox.hookFailed("removing the artifacts of " + test + ", which was not run", e);
        }
    }

    /**
     * Removes all artifacts that were stored, until the thread is interrupted; to be called when the log says that the run is
     * complete. Returns problems.
     */
    List<String> removeStored(Deadline deadline) {
        return StoredArtifacts.removeAll(stored, deadline);
    }

    /** Deletes a directory; returns it if that fails. */
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
