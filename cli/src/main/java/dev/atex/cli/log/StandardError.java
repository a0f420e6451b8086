package dev.atex.cli.log;

import java.util.List;
import java.util.function.Consumer;

/** Standard error, or a display that shows lines above its area. */
final class StandardError implements LogTarget {
    private final Consumer<String> usual;
    private Consumer<String> lines;

    StandardError(Consumer<String> lines) {
        this.usual = lines;
        this.lines = lines;
    }

    /** From now on lines are shown by the display; no line is on its way to standard error any more. */
    synchronized void showOn(Consumer<String> display) {
        lines = display;
    }

    /** Ends {@link #showOn}. */
    synchronized void showAsUsual() {
        lines = usual;
    }

    @Override
    public synchronized int write(List<LogRecord> records, long missing) {
        if (missing > 0) {
            lines.accept(missing + " log lines are not shown: there were too many at once");
        }
        records.forEach(record -> lines.accept(LogLines.ofTerminal(record)));
        return 0;
    }

    @Override
    public String problem() {
        return "";
    }
}
