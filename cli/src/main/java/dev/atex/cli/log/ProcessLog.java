package dev.atex.cli.log;

import dev.atex.cli.view.RunDisplay;
import dev.atex.concurrent.Deadline;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where log messages of this process go. There is nothing to log to until a command asks for it: then a message costs a comparison.
 * Thread-safe.
 */
public final class ProcessLog {
    /** For what is written last. */
    private static final Duration LAST = Duration.ofSeconds(2);

    private static volatile boolean program;
    private static volatile Level threshold = Level.OFF;
    private static volatile List<LogSink> sinks = List.of();
    private static volatile @Nullable StandardError shown;
    private static volatile @Nullable LogSink forFile;
    private static volatile boolean keepsForFile;

    private ProcessLog() {}

    /** The log file of a run, while a session of the run goes on. */
    public static final class OfRun {
        private final LogSink sink;

        private OfRun(LogSink sink) {
            this.sink = sink;
        }

        /**
         * Completes the file. Waits for some seconds at most.
         *
         * @return what is missing in it, and why
         */
        public Optional<String> close() {
            remove(sink);
            if (keepsForFile) {
                keep(); // another run of this process may follow
            }
            ProcessLog.close(sink, Deadline.after(LAST));
            return Optional.of(sink.problem()).filter(text -> !text.isEmpty());
        }
    }

    /** A display that shows log lines until this is closed, which closes the display too. */
    public static final class Shown implements AutoCloseable {
        private final @Nullable StandardError target;
        private final RunDisplay display;

        private Shown(@Nullable StandardError target, RunDisplay display) {
            this.target = target;
            this.display = display;
        }

        /** Closes the display; then lines are printed on standard error again. */
        @Override
        public void close() throws InterruptedException {
            if (target == null) {
                display.close();
            } else {
                target.showAsUsual(display::close);
            }
        }
    }

    /** Log lines wait until this is closed, because somebody else uses the terminal. */
    public static final class Held implements AutoCloseable {
        /** Keeps nothing back. */
        public static final Held NONE = new Held(null);

        private final @Nullable StandardError target;

        private Held(@Nullable StandardError target) {
            this.target = target;
        }

        @Override
        public void close() {
            if (target != null) {
                target.release();
            }
        }
    }

    /**
     * Says that this process is the {@code atex} program, whose loggers log here and not to {@code
     * java.util.logging}.
     */
    public static void begin() {
        program = true;
    }

    /** Undoes {@link #begin}. */
    static void leave() {
        program = false;
    }

    /** Shows messages from a level on, a line for each. */
    public static void show(Level level, Consumer<String> lines) {
        StandardError target = new StandardError(lines);
        LogSink sink = new LogSink(level);
        shown = target;
        sink.start(target);
        add(sink);
    }

    /** Keeps messages in memory until the directory of a run is there, also between the runs of this process. */
    public static void keepForFile() {
        keepsForFile = true;
        keep();
    }

    private static synchronized void keep() {
        if (forFile == null) {
            LogSink sink = new LogSink(Level.DEBUG);
            forFile = sink;
            add(sink);
        }
    }

    /**
     * Appends messages to a file, those kept by {@link #keepForFile} first. The file need not be one that can be
     * written to.
     */
    public static synchronized OfRun open(Path file) {
        keep();
        LogSink sink = forFile;
        forFile = null;
        if (sink == null) {
            throw new IllegalStateException();
        }
        sink.start(new RotatingFile(file));
        return new OfRun(sink);
    }

    /**
     * Shows messages above the area of a display instead of on standard error.
     *
     * @param same whether both are the same terminal; otherwise nothing changes
     */
    public static Shown showOn(boolean same, RunDisplay display) throws InterruptedException {
        StandardError target = same ? shown : null;
        if (target != null) {
            target.showOn(display::log);
        }
        return new Shown(target, display);
    }

    /** Keeps lines for standard error back while another program or a remote shell uses the terminal. */
    public static Held hold() throws InterruptedException {
        StandardError target = shown;
        return target != null && target.hold() ? new Held(target) : Held.NONE;
    }

    /**
     * Ends what is there. Waits for some seconds at most.
     *
     * @return {@code false} if a line is still being written, for example because nobody reads standard error
     */
    public static boolean end() {
        keepsForFile = false;
        List<LogSink> all = sinks;
        Deadline deadline = Deadline.after(LAST);
        for (LogSink sink : all) {
            remove(sink);
            close(sink, deadline);
        }
        shown = null;
        forFile = null;
        return all.stream().noneMatch(LogSink::isWriting);
    }

    private static void close(LogSink sink, Deadline deadline) {
        try {
            sink.close(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the caller ends anyway
        }
    }

    static boolean isProgram() {
        return program;
    }

    static Level threshold() {
        return threshold;
    }

    static void publish(LogRecord record) {
        for (LogSink sink : sinks) {
            sink.accept(record);
        }
    }

    private static synchronized void add(LogSink sink) {
        List<LogSink> all = new ArrayList<>(sinks);
        all.add(sink);
        use(all);
    }

    private static synchronized void remove(LogSink sink) {
        List<LogSink> all = new ArrayList<>(sinks);
        all.remove(sink);
        use(all);
    }

    private static void use(List<LogSink> all) {
        sinks = List.copyOf(all);
        threshold = all.stream().map(LogSink::level).min(Level::compareTo).orElse(Level.OFF);
    }
}
