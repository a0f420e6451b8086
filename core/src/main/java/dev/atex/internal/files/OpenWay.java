package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The open directories on the way from one directory down to one below it. On a long way only the first and the last ones are
 * open; going back opens the others again from above, by name and without following a link. Not thread-safe.
 */
final class OpenWay implements AutoCloseable {
    /** The number of last directories that are open. */
    static final int KEPT = 32;

    private final List<Step> steps = new ArrayList<>();

    private static final class Step {
        private final Path name;
        /** The identity of a directory that was closed. */
        private @Nullable Object key;

        private @Nullable OpenDirectory directory;

        Step(Path name, OpenDirectory directory) {
            this.name = name;
            this.directory = directory;
        }
    }

    /** Starts with a directory, and closes it at the end. */
    OpenWay(OpenDirectory root) {
        steps.add(new Step(Path.of(""), root));
    }

    /** Returns the number of directories. */
    int length() {
        return steps.size();
    }

    /** Returns the name of a directory, counted from above; empty for the first. */
    Path name(int index) {
        return steps.get(index).name;
    }

    /** Returns the last directory. */
    OpenDirectory last() throws IOException {
        OpenDirectory open = steps.getLast().directory;
        return open == null ? reopen() : open;
    }

    /** Enters an entry of the last directory, which must be a directory, not a link. */
    void enter(Path name) throws IOException {
        steps.add(new Step(name, last().enter(name)));
        int first = steps.size() - KEPT - 1;
        if (first > 0) {
            closeForNow(steps.get(first));
        }
    }

    /** Goes back to the directory above. */
    void leave() throws IOException {
        close(steps.removeLast());
    }

    private static void closeForNow(Step step) throws IOException {
        if (step.directory != null) {
            step.key = step.directory.attributes().fileKey();
        }
        close(step);
    }

    private static void close(Step step) throws IOException {
        OpenDirectory open = step.directory;
        step.directory = null;
        if (open != null) {
            open.close();
        }
    }

    private OpenDirectory reopen() throws IOException {
        OpenDirectory above = Objects.requireNonNull(steps.getFirst().directory, "closed");
        for (int i = 1; i < steps.size(); i++) {
            Step step = steps.get(i);
            OpenDirectory next = above.enter(step.name);
            step.directory = next;
            if (i > 1 && !isKept(i - 1)) {
                closeForNow(steps.get(i - 1));
            }
            if (!next.attributes().fileKey().equals(step.key)) {
                throw new FileSystemException(
                        step.name.toString(), null, "is another directory than before, while its tree is copied");
            }
            above = next;
        }
        return above;
    }

    private boolean isKept(int index) {
        return steps.size() - index <= KEPT;
    }

    @Override
    public void close() throws IOException {
        for (Step step : steps.reversed()) {
            close(step);
        }
    }
}
