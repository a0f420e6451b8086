package dev.atex.executor.fmf.shell;

import dev.atex.internal.text.ShellWords;

/** Text for a POSIX shell. */
public final class Shell {
    private Shell() {}

    /** Returns one word that a shell takes literally. */
    public static String quote(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a NUL character cannot be passed to a shell: " + text.replace('\0', '?'));
        }
        return ShellWords.quote(text);
    }

    /** Returns an assignment, with a newline. */
    public static String assign(String name, String value) {
        return name + "=" + quote(value) + "\n";
    }

    /** Returns an assignment of "1" or nothing, with a newline. */
    public static String flag(String name, boolean value) {
        return name + (value ? "=1\n" : "=\n");
    }
}
