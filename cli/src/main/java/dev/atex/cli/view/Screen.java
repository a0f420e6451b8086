package dev.atex.cli.view;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Owns the output: one thread writes to it, everybody else hands it lines. A slow reader of the output slows nobody
 * else down. Lines scroll; an area of lines that change, if there is one, stays below them. Thread-safe.
 */
final class Screen implements AutoCloseable {
    /** The area is drawn again at most this often... */
    private static final long FRAME = TimeUnit.MILLISECONDS.toNanos(66);
    /** ...and at least this often, because it shows times. */
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);

    /** Log lines that may wait to be shown. */
    private static final int MOST_LOG_LINES = 1_000;

    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** Draws the area as it should be now. */
    @FunctionalInterface
    interface Area {
        /** Returns the lines, none wider than the screen. */
        List<String> draw(TerminalSize size);
    }

    /** Reads the size of the screen. */
    @FunctionalInterface
    interface Sizer {
        /** Returns the current size. */
        TerminalSize size() throws InterruptedException;
    }

    private sealed interface Message {
        record Line(String text, boolean isLog) implements Message {}

        record Changed() implements Message {}

        record Resized() implements Message {}

        record Hold(CountDownLatch held) implements Message {}

        record Release() implements Message {}

        record Close() implements Message {}
    }

    private final PrintStream out;
    private final @Nullable Area area;
    private final Sizer sizer;
    private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();
    private final Semaphore logLines = new Semaphore(MOST_LOG_LINES);
    private final AtomicBoolean changeQueued = new AtomicBoolean();
    private final TaskScope scope = TaskScope.open("screen");
    private final TaskScope.Task<Void> writer;

    // of the writing thread
    private List<String> drawn = List.of();
    private TerminalSize size = new TerminalSize(24, 80);

    private Screen(PrintStream out, @Nullable Area area, Sizer sizer) {
        this.out = out;
        this.area = area;
        this.sizer = sizer;
        this.writer = scope.forkPlatform("writer", () -> {
            write();
            return null;
        });
    }

    /** Returns a screen for lines only: a file, a pipe, the log of a CI system. */
    static Screen ofLines(PrintStream out) {
        return new Screen(out, null, () -> new TerminalSize(24, 80));
    }

    /** Returns a screen with an area at the bottom of a terminal. */
    static Screen withArea(PrintStream out, Area area, Sizer sizer) {
        return new Screen(out, area, sizer);
    }

    /** Prints a line that stays. */
    void line(String text) {
        queue.add(new Message.Line(text, false));
    }

    /** Prints a line of a log, which stays. Waits while too many of them are waiting. */
    void logLine(String text) throws InterruptedException {
        logLines.acquire();
        queue.add(new Message.Line(text, true));
    }

    /** Requests that the area is drawn again soon. */
    void changed() {
        if (area != null && changeQueued.compareAndSet(false, true)) {
            queue.add(new Message.Changed());
        }
    }

    /** Reads the size of the screen again. */
    void resized() {
        if (area != null) {
            queue.add(new Message.Resized());
        }
    }

    /**
     * Takes the area away and keeps lines back until {@link #release}, so that somebody else can use the output; has it
     * for them when it returns.
     */
    void hold() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        queue.add(new Message.Hold(held));
        held.await();
    }

    /** Ends a {@link #hold}. */
    void release() {
        queue.add(new Message.Release());
    }

    /**
     * Shows what was handed over so far, takes the area away and ends the thread. Waits for a reader of the output at most
     * five seconds.
     */
    @Override
    public void close() throws InterruptedException {
        queue.add(new Message.Close());
        try {
            writer.join(Deadline.after(LAST_WORDS));
        } catch (TimeoutException e) {
            writer.interrupt(); // nobody reads our output: a write can't be interrupted, so the thread is left to exit
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the screen failed", e.getCause());
        } finally {
            logLines.release(1 << 20); // nobody takes them any more
        }
        scope.close();
    }

    private void write() throws InterruptedException {
        if (area != null) {
            size = sizer.size();
        }
        long drawnAt = System.nanoTime() - TICK;
        boolean stale = true;
        boolean open = true;
        List<CountDownLatch> holds = new ArrayList<>();
        boolean held = false;
        List<String> lines = new ArrayList<>();
        int logged = 0;
        while (open) {
            Message message = held ? queue.take() : next(drawnAt, stale);
            for (; message != null; message = queue.poll()) {
                switch (message) {
                    case Message.Line(String text, boolean isLog) -> {
                        lines.add(text);
                        logged += isLog ? 1 : 0;
                    }
                    case Message.Changed _ -> changeQueued.set(false);
                    case Message.Resized _ -> size = sizer.size();
                    case Message.Hold(CountDownLatch latch) -> holds.add(latch);
                    case Message.Release _ -> held = false;
                    case Message.Close _ -> open = false;
                }
                stale = true;
            }
            if (!holds.isEmpty()) {
                frame(lines, false);
                lines.clear();
                logLines.release(logged);
                logged = 0;
                held = true;
                holds.forEach(CountDownLatch::countDown);
                holds.clear();
            }
            if (held && open) {
                continue;
            }
            boolean due = System.nanoTime() - drawnAt >= (stale ? FRAME : TICK);
            if (!lines.isEmpty() || due || !open) {
                frame(lines, open);
                lines.clear();
                logLines.release(logged);
                logged = 0;
                drawnAt = System.nanoTime();
                stale = false;
            }
        }
    }

    private @Nullable Message next(long drawnAt, boolean stale) throws InterruptedException {
        if (area == null) {
            return queue.take();
        }
        long due = drawnAt + (stale ? FRAME : TICK) - System.nanoTime();
        return due <= 0 ? queue.poll() : queue.poll(due, TimeUnit.NANOSECONDS);
    }

    /** Erases the area, prints lines, and draws the area again: in one write, so that nothing flickers. */
    private void frame(List<String> lines, boolean open) {
        StringBuilder frame = new StringBuilder();
        if (!drawn.isEmpty()) {
            frame.append('\r');
            int up = rowsOf(drawn, size.columns()) - 1;
            if (up > 0) {
                frame.append("\u001b[").append(up).append('A');
            }
            frame.append("\u001b[K");
            if (up > 0) { // from its second row on: tmux keeps what is erased from the first row of a screen on
                frame.append("\n\u001b[J\u001b[1A");
            }
        }
        for (String line : lines) {
            frame.append(line).append('\n');
        }
        drawn = area != null && open ? area.draw(size) : List.of();
        frame.append(String.join("\n", drawn));
        if (!frame.isEmpty()) {
            out.print(frame);
            out.flush();
        }
    }

    /** Returns how many rows lines take that were drawn before the screen became narrower. */
    private static int rowsOf(List<String> lines, int columns) {
        int rows = 0;
        for (String line : lines) {
            int width = Columns.width(line.replaceAll("\u001b\\[[0-9;]*m", ""));
            rows += Math.max(1, (width + columns - 1) / columns);
        }
        return rows;
    }
}
