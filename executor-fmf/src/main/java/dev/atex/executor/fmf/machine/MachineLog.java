package dev.atex.executor.fmf.machine;

import dev.atex.connection.Connection;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/**
 * Logs what is done on machines, as {@code dev.atex.executor}. Texts are created only if they are logged. They never contain
 * environment variables, and of a script only the first line.
 */
public final class MachineLog {
    private static final System.Logger LOG = System.getLogger("dev.atex.executor");

    private static final int LONGEST = 200;

    private MachineLog() {}

    /** Logs a rare event that explains a delay. */
    public static void info(Connection connection, Supplier<String> text) {
        log(Level.INFO, connection::machineName, text);
    }

    /** Logs a step. */
    public static void debug(Connection connection, Supplier<String> text) {
        log(Level.DEBUG, connection::machineName, text);
    }

    /** Logs a step on the machine of this name. */
    public static void debug(String machine, Supplier<String> text) {
        log(Level.DEBUG, () -> machine, text);
    }

    private static void log(Level level, Supplier<String> machine, Supplier<String> text) {
        LOG.log(level, () -> machine.get() + ": " + text.get());
    }

    /** Returns the first line of a script that is not blank, or the beginning of a long one. */
    public static String firstLine(String script) {
        String line = script.lines()
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("")
                .strip();
        return line.codePointCount(0, line.length()) <= LONGEST
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST)) + "...";
    }
}
