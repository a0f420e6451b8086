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
 * Shows a run while it goes on: on a terminal an area with what is running now, below the lines of tests that failed;
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

    /** A display with a line for each test. */
    public static RunDisplay plain(PrintStream out) {
        return new RunDisplay(out, Style.PLAIN, false, () -> new TerminalSize(24, 80));
    }

    /** A display for a terminal, whose size is asked for now and after each {@link #resized()}. */
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

    /** Whoever watches a run may come long after the event. */
    static long sinceStart(Duration at, Instant wallClock, Instant now) {
        Duration ago = Duration.between(wallClock, now);
        return at.plus(ago.isNegative() ? Duration.ZERO : ago).toNanos();
    }

    /** A test's line, with what is below it: a line that nobody would see without that is shown too. */
    private void finished(RunEvent.TestFinished e, Optional<String> line) {
        List<String> block =
                outputs.apply(e.test()).map(output -> output.block(style)).orElse(List.of());
        line.or(() -> block.isEmpty() ? Optional.empty() : Optional.of(lines.finished(e, run)))
                .ifPresent(screen::line);
        block.forEach(screen::line);
    }

    /** Where the output of the attempt at a test is that has just ended, if it is to be shown. */
    public void outputs(Function<String, Optional<AttemptOutput>> byTest) {
        outputs = byTest;
    }

    /** The run that is shown goes on; this is what it did before. It belongs to this display from now on. */
    public void goesOn(RunModel before) {
        synchronized (lock) {
            run = before;
        }
    }

    /**
     * How long machines are usually waited for, where the events do not say that themselves.
     *
     * @param usually given what is known about a machine, tells how long it will be in its state, as {@code 4-9 min}, or nothing
     */
    public void usually(Function<Map<String, String>, String> usually) {
        synchronized (lock) {
            this.usually = usually;
            lines.usually(usually);
        }
    }

    /** How long machines were there so far, and how much of that they ran tests, for people; empty if there was none. */
    public String machineTime() {
        synchronized (lock) {
            return MachineTime.of(run).text();
        }
    }

    /** The run is another process's: signals to this one do not end it. */
    public void watching() {
        synchronized (lock) {
            lines.watching();
        }
    }

    /** Shows a line that stays, e.g. what somebody waits for. */
    public void say(String line) {
        screen.line(Printable.line(line));
    }

    /** Leaves the terminal to somebody else until {@link #release}; shows nothing meanwhile. */
    public void hold() throws InterruptedException {
        screen.hold();
    }

    /** Goes on, with what came meanwhile. */
    public void release() {
        screen.release();
    }

    /** The size of the terminal has changed. */
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
