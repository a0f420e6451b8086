package dev.atex.internal.concurrent;

import dev.atex.internal.text.ShellWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The marks of processes in their environment: the variable {@value #VARIABLE} is a list of ids, outermost first, separated
 * by colons. Children inherit it. A mark is only added to the list, never replaces it, so that a run inside a test of another
 * run keeps the marks of the other one.
 *
 * <p>On this host, {@code Containment} searches for marks. On machines, the shell functions of {@code marks.sh} do.
 */
public final class ProcessMarks {
    /** The variable with the list. */
    public static final String VARIABLE = "ATEX_MARK";

    private static final String FUNCTIONS = functionsFromJar();

    private ProcessMarks() {}

    /** Adds marks to an environment. */
    public static void add(Map<String, String> environment, String marks) {
        environment.merge(VARIABLE, marks, (outer, own) -> outer + ":" + own);
    }

    /** Sets variables in an environment, and adds their marks to those it has. */
    public static void putAll(Map<String, String> environment, Map<String, String> variables) {
        variables.forEach((name, value) -> {
            if (name.equals(VARIABLE)) {
                add(environment, value);
            } else {
                environment.put(name, value);
            }
        });
    }

    /** Returns a statement for a POSIX shell that adds marks to its environment. */
    public static String export(String marks) {
        return VARIABLE + "=\"${" + VARIABLE + ":+$" + VARIABLE + ":}\"" + ShellWords.quoteIfNeeded(marks) + "; export "
                + VARIABLE + "; ";
    }

    /**
     * Returns functions for a POSIX shell: {@code marked MARK} prints the processes with a mark; {@code kill_marked MARK}
     * kills them, and fails if some are left.
     */
    public static String functions() {
        return FUNCTIONS;
    }

    /** Returns a command that kills all processes with a mark. It exits with 1 and names those that are left. */
    public static List<String> killer(String mark) {
        return List.of("sh", "-c", FUNCTIONS + "kill_marked \"$1\"", "sh", mark);
    }

    private static String functionsFromJar() {
        try (InputStream in = ProcessMarks.class.getResourceAsStream("marks.sh")) {
            if (in == null) {
                throw new IllegalStateException("marks.sh is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
