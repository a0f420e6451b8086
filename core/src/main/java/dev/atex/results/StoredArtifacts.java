package dev.atex.results;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Failures;
import dev.atex.internal.files.TreeLinks;
import dev.atex.internal.files.Trees;
import dev.atex.internal.text.Count;
import dev.atex.lease.ledger.CrashPoints;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * Artifacts of an attempt whose results are in the output.
 *
 * @param artifacts the artifacts, which are removed when the run is complete
 * @param files the directory of the stored files; empty if there are none, or the aggregator does not say
 */
public record StoredArtifacts(TestArtifacts artifacts, Optional<Path> files) {

    /**
     * Removes all artifacts; continues after a failure. Ends early if the deadline expires or the thread is interrupted, which
     * it then still is. Returns problems.
     */
    public static List<String> removeAll(Queue<StoredArtifacts> all, Deadline deadline) {
        List<String> problems = new ArrayList<>();
        for (StoredArtifacts next = all.peek(); next != null; next = all.peek()) {
            if (deadline.isExpired()) {
                problems.add(left(all, "it took too long"));
                return problems;
            }
            try {
                next.remove(deadline);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                problems.add(left(all, "it was interrupted"));
                return problems;
            } catch (IOException | RuntimeException e) {
                problems.add("the stored artifacts in " + next.artifacts().directory() + " are not removed: "
                        + Failures.describe(e));
            }
            all.remove();
        }
        return problems;
    }

    private static String left(Queue<StoredArtifacts> rest, String why) {
        return "the removal of stored artifacts ended early, because " + why + ": resume the run to remove those of "
                + Count.of(rest.size(), "attempt") + " as well";
    }

    /**
     * Removes results and files, and the directory unless an executor left something else there.
     *
     * @throws IOException also if a file is not in the output: then all of them stay
     */
    void remove(Deadline deadline) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before the removal of " + artifacts.directory());
        }
        Path own = artifacts.files().directory();
        if (files.isPresent()) {
            Optional<Path> missing = TreeLinks.missing(own, files.get());
            if (missing.isPresent()) {
                throw new FileSystemException(
                        missing.get().toString(), null, "is not in " + files.get() + ", as it should be");
            }
        }
        removeResults(artifacts);
        Trees.deleteInterruptibly(own, deadline);
        removeDirectory(artifacts);
    }

    /** Removes the result of a test that was not run, which is small, even if the thread is interrupted. */
    public static void removeNotRun(TestArtifacts artifacts) throws IOException {
        removeResults(artifacts);
        Trees.delete(artifacts.files().directory());
        removeDirectory(artifacts);
    }

    private static void removeResults(TestArtifacts artifacts) throws IOException {
        CrashPoints.reached("results before removal");
        Files.deleteIfExists(artifacts.resultsFile());
        CrashPoints.reached("results removed");
    }

    private static void removeDirectory(TestArtifacts artifacts) throws IOException {
        boolean _ = Trees.deleteIfEmpty(artifacts.directory());
        CrashPoints.reached("results artifacts removed");
    }
}
