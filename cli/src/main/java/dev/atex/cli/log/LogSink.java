package dev.atex.cli.log;

import dev.atex.concurrent.Deadline;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands records to a thread that writes them, so that whoever logs never waits for a disk or a terminal. When the thread does
 * not keep up, records are dropped and counted. Thread-safe.
 */
final class LogSink {
    private static final int CAPACITY = 4_096;
    private static final int BATCH = 256;
    private static final LogRecord END = new LogRecord(Instant.EPOCH, Level.OFF, "", "", "");

    private final BlockingQueue<LogRecord> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Level level;
    /** Dropped or not written, and not noted in the target yet. */
    private final AtomicLong missing = new AtomicLong();

    private final AtomicLong lost = new AtomicLong();
    private volatile @Nullable LogTarget target;
    private volatile @Nullable Thread writer;
    private volatile boolean closed;
    /** How many records the target is writing. */
    private volatile int writing;

    /**
     * Keeps records in memory until {@link #start}.
     *
     * @param level the least level of records that are taken
     */
    LogSink(Level level) {
        this.level = level;
    }

    Level level() {
        return level;
    }

    /** Starts to write. Called once. */
    void start(LogTarget to) {
        target = to;
        Thread thread = Thread.ofPlatform().daemon().name("log").unstarted(() -> write(to));
        writer = thread;
        thread.start();
    }

    /** Takes a record, or drops it. Never waits. */
    void accept(LogRecord record) {
        if (!closed && record.level().compareTo(level) >= 0 && !queue.offer(record)) {
            lost.incrementAndGet();
            missing.incrementAndGet();
        }
    }

    private void write(LogTarget to) {
        List<LogRecord> batch = new ArrayList<>();
        try {
            boolean open = true;
            while (open) {
                batch.add(queue.take());
                queue.drainTo(batch, BATCH - 1);
                open = !batch.removeIf(END::equals);
                long before = missing.getAndSet(0);
                writing = batch.size();
                int failed = batch.isEmpty() && before == 0 ? 0 : to.write(batch, before);
                lost.addAndGet(failed);
                // what was written began with a note about what was missing before
                missing.addAndGet(failed > 0 && failed == batch.size() ? before + failed : failed);
                batch.clear();
                writing = 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that
        } finally {
            to.close();
        }
    }

    /** Writes what is still there, and ends: at the deadline without having written all. */
    void close(Deadline deadline) throws InterruptedException {
        closed = true;
        Thread thread = writer;
        if (thread == null) {
            return;
        }
        if (queue.offer(END, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            thread.join(deadline.remaining());
        }
        if (thread.isAlive()) {
            lost.addAndGet(writing
                    + queue.stream().filter(record -> !record.equals(END)).count());
        }
    }

    /** Returns whether the thread has not ended, for example because the target takes nothing. */
    boolean isWriting() {
        Thread thread = writer;
        return thread != null && thread.isAlive();
    }

    /** Returns a text about records that are not in the target, if there are any. */
    String problem() {
        LogTarget to = target;
        if (lost.get() == 0 || to == null) {
            return "";
        }
        String why = to.problem();
        return lost.get()
                + (lost.get() == 1 ? " line is missing: " : " lines are missing: ")
                + (why.isEmpty() ? "they could not be written as fast as they came" : why);
    }
}
