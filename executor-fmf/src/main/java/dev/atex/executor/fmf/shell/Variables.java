package dev.atex.executor.fmf.shell;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Environment variables as statements of a shell, in the form that the wrapper takes. */
public final class Variables {
    /** Readonly in a shell, or with a meaning of their own when assigned. */
    private static final Set<String> SPECIAL = Set.of(
            "BASHOPTS",
            "BASHPID",
            "BASH_ALIASES",
            "BASH_ARGC",
            "BASH_ARGV",
            "BASH_ARGV0",
            "BASH_CMDS",
            "BASH_COMMAND",
            "BASH_LINENO",
            "BASH_SOURCE",
            "BASH_SUBSHELL",
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
            "PIPESTATUS",
            "PPID",
            "RANDOM",
            "SECONDS",
            "SHELLOPTS",
            "SRANDOM",
            "UID",
            "_",
            "__atex_env",
            "__atex_odd");

    private Variables() {}

    /**
     * Statements that export the variables in their order.
     *
     * @throws IllegalArgumentException a name that no environment can hold, or a value with NUL
     */
    public static String export(Map<String, String> variables) {
        StringBuilder text = new StringBuilder();
        variables.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("'" + name + "' cannot be the name of an environment variable");
            }
            if (isPlain(name) && !SPECIAL.contains(name)) {
                text.append("export ").append(name).append('=').append(Shell.quote(value));
            } else {
                text.append("__atex_odd=\"$__atex_odd \"").append(Shell.quote(Shell.quote(name + "=" + value)));
            }
            text.append('\n');
        });
        return text.toString();
    }

    /**
     * Two texts of bash: between them variables may change that a shell can set, and have their values again afterwards.
     * What a shell cannot set, nothing in it changes.
     */
    public static Kept kept(Collection<String> names) {
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (String name : names) {
            if (isPlain(name) && !SPECIAL.contains(name)) {
                String copy = "__atex_kept_" + name;
                before.append(copy).append("=$").append(name).append('\n');
                after.append("export ").append(name).append("=$").append(copy).append('\n');
                after.append("unset ").append(copy).append('\n');
            }
        }
        return new Kept(before.toString(), after.toString());
    }

    /** See {@link #kept}. */
    public record Kept(String before, String after) {}

    /** A function that exports the variables. */
    public static String function(String name, Map<String, String> variables) {
        return name + "() {\n" + export(variables) + ":\n}\n";
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }
}
