package dev.atex.local;

import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Named pipes that are created in advance, many by one {@code mkfifo}. Each is used once, because a remaining child may still
 * have it open. Thread-safe.
 */
final class FifoPool implements AutoCloseable {
    private static final int FIRST_BATCH = 12;
    private static final int LARGEST_BATCH = 96;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Path> unused = new ArrayDeque<>();
    private @Nullable Path directory;
    private final String prefix;
    private final Spawner spawner;
    private int batch = FIRST_BATCH;
    private long made;

    /** Runs a helper program to its end. */
    @FunctionalInterface
    interface Spawner {
        /** Runs a program; fails with its output. */
        void run(List<String> argv) throws IOException, InterruptedException;
    }

    /** Creates a pool; {@code prefix} starts the name of its directory in the directory for temporary files. */
    FifoPool(String prefix, Spawner spawner) {
        this.prefix = prefix;
        this.spawner = spawner;
    }

    /** Returns the next pipe, open at both ends. */
    Fifo take() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (unused.isEmpty()) {
                make();
            }
            return Fifo.hold(unused.remove());
        } finally {
            lock.unlock();
        }
    }

    /** Creates the first pipes. */
    void fill() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            make();
        } finally {
            lock.unlock();
        }
    }

    private void make() throws IOException, InterruptedException {
        if (directory == null) {
            directory = Files.createTempDirectory(prefix);
        }
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            paths.add(directory.resolve(Long.toString(made++)));
        }
        List<String> argv = new ArrayList<>(List.of("mkfifo", "-m", "600", "--"));
        paths.forEach(path -> argv.add(path.toString()));
        spawner.run(argv);
        unused.addAll(paths);
        batch = Math.min(LARGEST_BATCH, 2 * batch);
    }

    /** Removes the unused pipes and their directory. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            unused.clear();
            if (directory == null) {
                return;
            }
            Trees.delete(directory); // a test may have deleted it
            directory = null;
        } finally {
            lock.unlock();
        }
    }
}
