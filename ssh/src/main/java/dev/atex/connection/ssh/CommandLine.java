package dev.atex.connection.ssh;

import dev.atex.connection.Command;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a command becomes for the user's shell there, which must be one of the POSIX kind. The shell is replaced by the
 * program, so that its end, also by a signal, is the program's own.
 */
final class CommandLine {
    /** Holds ids of what a process belongs to, outermost first, separated by colons. */
    static final String MARK = "ATEX_MARK";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+-]+");

    private final Optional<String> sudo;
    private final Optional<String> mark;

    /**
     * For commands of one connection.
     *
     * @param sudo the user to become
     * @param mark added to those in the environment
     */
    CommandLine(Optional<String> sudo, Optional<String> mark) {
        this.sudo = sudo;
        this.mark = mark;
    }

    /** The line. */
    String of(Command command) {
        StringBuilder line = new StringBuilder(64);
        if (mark.isPresent()) {
            line.append(MARK)
                    .append("=\"${")
                    .append(MARK)
                    .append(":+$")
                    .append(MARK)
                    .append(":}");
            line.append(mark.get()).append("\"; export ").append(MARK).append("; ");
        }
        line.append("exec ");
        if (sudo.isPresent()) {
            line.append("sudo -n -u ").append(quoted(sudo.get())).append(" -- env ");
            if (mark.isPresent()) {
                line.append(MARK).append("=\"$").append(MARK).append("\" "); // sudo clears the environment
            }
        } else if (!command.environment().isEmpty()) {
            line.append("env ");
        }
        for (Map.Entry<String, String> variable : command.environment().entrySet()) {
            line.append(quoted(variable.getKey() + "=" + variable.getValue())).append(' ');
        }
        for (String argument : command.argv()) {
            line.append(quoted(argument)).append(' ');
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    /** A word that a POSIX shell takes literally. */
    static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
