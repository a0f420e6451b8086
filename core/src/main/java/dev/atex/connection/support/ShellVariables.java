package dev.atex.connection.support;

import dev.atex.connection.Command;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Variables for a command where only a POSIX shell, {@code head} and {@code env} are at hand. Everybody on a machine sees the
 * arguments of programs, and variables may be secret: so they go through standard input, before what the command itself is to
 * read.
 *
 * <p>A variable whose name no shell can set is an argument of {@code env} for the instant in which that starts the command.
 */
public final class ShellVariables {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Readonly in a shell, or with a meaning of their own when assigned, or used before the command begins. */
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

    /** The program and arguments that read a text of this many bytes, which {@link #around} has made, and do what it says. */
    public static List<String> reader(int bytes) {
        return List.of("sh", "-c", "eval \"$(head -c " + bytes + ")\"");
    }

    /** Text for a shell that becomes the command, with its variables. */
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
