package dev.atex.cli.view;

import dev.atex.run.RunEvent;
import dev.atex.run.RunListener;
import dev.atex.run.model.RunModel;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Shows a running run: on a terminal, an area with what is running now, below the lines of tests that failed;
 * elsewhere a line for each finished test. Must be closed before anybody else writes to the output. Thread-safe.
 */
public final class RunDisplay implements RunListener, AutoCloseable {
    private final Object lock = new Object();
    private RunModel run = new RunModel();
    private Function<Map<String, String>, String> usually = _ -> "";
    private final EventLines lines;
    private final Style style;
    private final Screen screen;
    private volatile Function<String, Optional<AttemptOutput>> outputs = _ -> Optional.empty();
    private long startNanos = System.nanoTime();

    private RunDisplay(PrintStream out, Style style, boolean interactive, Screen.Sizer sizer) {
        this.style = style;
        this.lines = new EventLines(style, interactive);
        this.screen = interactive ? Screen.withArea(out, this::draw, sizer) : Screen.ofLines(out);
    }

    /** Returns a display with a line for each test. */
    public static RunDisplay plain(PrintStream out) {
        return new RunDisplay(out, Style.PLAIN, false, () -> new TerminalSize(24, 80));
    }

    /** Returns a display for a terminal. Reads the terminal's size now and after each {@link #resized()}. */
    public static RunDisplay live(PrintStream out, Style style, Map<String, String> environment) {
        return new RunDisplay(out, style, true, () -> TerminalSize.ask(environment));
    }

    @Override
    public void on(RunEvent event) {
        synchronized (lock) {
            switch (event) {
                case RunEvent.RunStarted e ->
                    startNanos = System.nanoTime() - sinceStart(e.at(), e.wallClock(), Instant.now());
                case RunEvent.RunResumed e ->
                    startNanos = System.nanoTime() - sinceStart(e.at(), e.wallClock(), Instant.now());
                default -> {} // only these two carry the time of day
            }
            run.on(event);
            Optional<String> line = lines.line(event, run);
            if (event instanceof RunEvent.TestFinished e) {
                finished(e, line);
            } else {
                line.ifPresent(screen::line);
            }
        }
        screen.changed();
    }

    /** Returns the time since the start of a run; the event may be long ago when somebody watches. */
    static long sinceStart(Duration at, Instant wallClock, Instant now) {
        Duration ago = Duration.between(wallClock, now);
        return at.plus(ago.isNegative() ? Duration.ZERO : ago).toNanos();
    }

    /** Prints the line of a test and its output. With output, a line that would be left out is printed too. */
    private void finished(RunEvent.TestFinished e, Optional<String> line) {
        List<String> block =
                outputs.apply(e.test()).map(output -> output.block(style)).orElse(List.of());
        line.or(() -> block.isEmpty() ? Optional.empty() : Optional.of(lines.finished(e, run)))
                .ifPresent(screen::line);
        block.forEach(screen::line);
    }

    /** Sets the function that returns the output to show for a test that has just ended. */
    public void outputs(Function<String, Optional<AttemptOutput>> byTest) {
        outputs = byTest;
    }

    /** Shows a resumed run; the model has its earlier sessions, and belongs to this display from now on. */
    public void goesOn(RunModel before) {
        synchronized (lock) {
            run = before;
        }
    }

    /**
     * Sets how long machines are usually waited for, where the events do not say it.
     *
     * @param usually given what is known about a machine, tells how long it will be in its state, as {@code 4-9 min}, or nothing
     */
    public void usually(Function<Map<String, String>, String> usually) {
        synchronized (lock) {
            this.usually = usually;
            lines.usually(usually);
        }
    }

    /** Returns how long machines were there so far, and how much of that they ran tests; empty if there was none. */
    public String machineTime() {
        synchronized (lock) {
            return MachineTime.of(run).text();
        }
    }

    /** Shows the run of another process: signals to this process do not end it. */
    public void watching() {
        synchronized (lock) {
            lines.watching();
        }
    }

    /** Prints a line that stays, e.g. what the run waits for. */
    public void say(String line) {
        screen.line(Printable.line(line));
    }

    /** Prints a line of a log. Waits while too many of them are waiting to be shown. */
    public void log(String line) throws InterruptedException {
        screen.logLine(Printable.line(line));
    }

    /** Leaves the terminal to other code until {@link #release}; prints nothing meanwhile. */
    public void hold() throws InterruptedException {
        screen.hold();
    }

    /** Continues after {@link #hold}, with the lines that came meanwhile. */
    public void release() {
        screen.release();
    }

    /** Adapts to a new size of the terminal. */
    public void resized() {
        screen.resized();
    }

    private List<String> draw(TerminalSize size) {
        synchronized (lock) {
            return StatusArea.draw(run, usually, Duration.ofNanos(System.nanoTime() - startNanos), size, style);
        }
    }

    @Override
    public void close() throws InterruptedException {
        screen.close();
    }
}
