package dev.atex.connection.support;

import dev.atex.connection.Command;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Passes variables to a command on a machine with only a POSIX shell, {@code head} and {@code env}. Everybody on a machine
 * sees the arguments of programs, and variables may be secret, so they go through standard input, before the input of the
 * command itself.
 *
 * <p>A variable whose name a shell cannot set is an argument of {@code env} until that has started the command.
 */
public final class ShellVariables {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Read-only in a shell, special when assigned, or used before the command starts. */
    private static final Set<String> SPECIAL = Set.of(
            "_",
            "BASHOPTS",
            "BASHPID",
            "BASH_ARGV0",
            "BASH_VERSINFO",
            "COMP_WORDBREAKS",
            "DIRSTACK",
            "EPOCHREALTIME",
            "EPOCHSECONDS",
            "EUID",
            "FUNCNAME",
            "GROUPS",
            "HISTCMD",
            "LINENO",
            "OPTIND",
            "POSIXLY_CORRECT",
            "PPID",
            "RANDOM",
            "SECONDS",
            "SHELLOPTS",
            "SRANDOM",
            "UID");

    private ShellVariables() {}

    /** Returns the command that reads and runs a text of this many bytes from {@link #around}. */
    public static List<String> reader(int bytes) {
        return List.of("sh", "-c", "eval \"$(head -c " + bytes + ")\"");
    }

    /** Returns the text with which a shell becomes the command with its variables. */
    public static String around(Command command) {
        Map<String, String> odd = new LinkedHashMap<>(command.environment());
        odd.keySet().removeIf(ShellVariables::isPlain);
        StringBuilder text = new StringBuilder();
        command.environment().forEach((name, value) -> {
            if (isPlain(name) && (odd.isEmpty() || !name.equals("PATH"))) { // by which env is found
                text.append("export ")
                        .append(name)
                        .append('=')
                        .append(quoted(value))
                        .append('\n');
            } else {
                odd.put(name, value);
            }
        });
        text.append("exec");
        if (!odd.isEmpty()) {
            text.append(" env");
            odd.forEach((name, value) -> text.append(' ').append(quoted(name + "=" + value)));
            if (command.argv().getFirst().contains("=")) { // env would take it for a variable
                text.append(" sh -c 'exec \"$@\"' sh");
            }
        }
        command.argv().forEach(word -> text.append(' ').append(quoted(word)));
        return text.toString();
    }

    private static boolean isPlain(String name) {
        return NAME.matcher(name).matches() && !SPECIAL.contains(name);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
