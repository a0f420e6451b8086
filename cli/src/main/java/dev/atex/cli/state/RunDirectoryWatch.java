package dev.atex.cli.state;

import dev.atex.internal.files.RegularFiles;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices at once when somebody removes or replaces the directory of a run that goes on, or a file in it that the run
 * writes. Used by one thread, but for {@link #problems}.
 */
public final class RunDirectoryWatch {
    private final RunDirectory directory;
    private final @Nullable Object identity;
    private final @Nullable Object results;
    private final @Nullable Object events;
    private final Set<String> problems = new HashSet<>();

    /** Remembers which files are there now. */
    public RunDirectoryWatch(RunDirectory directory) {
        this.directory = directory;
        identity = identity(directory.path());
        results = identity(directory.results());
        events = identity(directory.events());
    }

    /**
     * Watches until it is interrupted, or the directory is gone. Where the system has no watches to give, nothing is watched:
     * the next write notices the same.
     *
     * @param told of what is missing, once each
     * @param gone called when the directory itself is
     */
    public void watch(Consumer<String> told, Runnable gone) throws InterruptedException {
        Path absolute = directory.path().toAbsolutePath();
        Path parent = absolute.getParent();
        try (WatchService watches = absolute.getFileSystem().newWatchService()) {
            absolute.register(watches, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_CREATE);
            if (parent != null) {
                parent.register(watches, StandardWatchEventKinds.ENTRY_DELETE);
            }
            while (look(told)) {
                WatchKey key = watches.take();
                key.pollEvents();
                boolean _ = key.reset();
            }
            gone.run();
        } catch (IOException | ClosedWatchServiceException e) {
            if (!look(told)) {
                gone.run();
            }
        }
    }

    /** Checks the files; returns {@code false} if the directory is gone. */
    private boolean look(Consumer<String> told) {
        if (isMissing(identity, directory.path())) {
            tell(
                    "the run directory " + directory.path()
                            + " was removed or replaced while the run was going on: what tests report is lost, so the run ends",
                    told);
            return false;
        }
        if (isMissing(results, directory.results())) {
            tell(
                    directory.results()
                            + " was removed or replaced while the run was going on: results that were in it are"
                            + " lost, and new ones stay in " + directory.attempts(),
                    told);
        }
        if (isMissing(events, directory.events())) {
            tell(
                    directory.events()
                            + " was removed or replaced while the run was going on: the run cannot be resumed",
                    told);
        }
        return true;
    }

    private void tell(String problem, Consumer<String> told) {
        synchronized (problems) {
            if (!problems.add(problem)) {
                return;
            }
        }
        told.accept(problem);
    }

    /** Returns what is missing at the end, also where nothing could be watched. */
    public Set<String> problems() {
        boolean _ = look(_ -> {});
        synchronized (problems) {
            return Set.copyOf(problems);
        }
    }

    private static boolean isMissing(@Nullable Object before, Path path) {
        return before != null && !before.equals(identity(path));
    }

    private static @Nullable Object identity(Path path) {
        try {
            return RegularFiles.identity(path);
        } catch (IOException e) {
            return null;
        }
    }
}
