package dev.atex.cli.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Standard error, or a display that shows lines above its area. Lines wait while somebody else uses the terminal; the sink
 * drops and counts those that do not fit into its queue meanwhile.
 */
final class StandardError implements LogTarget {
    /** Nobody waits longer for a terminal that takes no lines. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Prints lines. */
    @FunctionalInterface
    interface Lines {
        /** Prints a line; may wait. */
        void print(String line) throws InterruptedException;
    }

    /** An action that may wait. */
    @FunctionalInterface
    interface Action {
        /** Acts. */
        void run() throws InterruptedException;
    }

    private final Lines usual;
    private final Semaphore turn = new Semaphore(1);
    private volatile Lines lines;

    StandardError(Consumer<String> lines) {
        this.usual = lines::accept;
        this.lines = usual;
    }

    /** From now on lines are shown by the display; no line is on its way to standard error any more. */
    void showOn(Lines display) throws InterruptedException {
        boolean mine = takeTurn();
        lines = display;
        if (mine) {
            turn.release();
        }
    }

    /** Closes the display between two lines; from then on lines are printed on standard error. */
    void showAsUsual(Action close) throws InterruptedException {
        boolean mine = false;
        try {
            mine = takeTurn();
        } finally { // also when interrupted: the display has to leave the terminal
            try {
                close.run();
            } finally {
                lines = usual;
                if (mine) {
                    turn.release();
                }
            }
        }
    }

    private boolean takeTurn() throws InterruptedException {
        return turn.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Keeps lines back until {@link #release}; returns {@code false} if it does not. A display does that by itself. */
    boolean hold() throws InterruptedException {
        return lines.equals(usual) && takeTurn();
    }

    /** Ends a successful {@link #hold}. */
    void release() {
        turn.release();
    }

    @Override
    public int write(List<LogRecord> records, long missing) throws InterruptedException {
        turn.acquire();
        try {
            if (missing > 0) {
                lines.print(missing + " log lines are not shown: there were too many at once");
            }
            for (LogRecord record : records) {
                lines.print(LogLines.ofTerminal(record));
            }
        } finally {
            turn.release();
        }
        return 0;
    }

    @Override
    public String problem() {
        return "";
    }
}
