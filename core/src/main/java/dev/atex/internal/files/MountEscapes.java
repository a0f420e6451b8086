package dev.atex.internal.files;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The escapes of blanks and backslashes in the tables of mounts, as {@code \040}: see proc_pid_mountinfo(5). */
public final class MountEscapes {
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    private MountEscapes() {}

    /** Returns a field of the table with a character for each escape. */
    public static String decode(String field) {
        return ESCAPE.matcher(field)
                .replaceAll(escape ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8))));
    }
}
