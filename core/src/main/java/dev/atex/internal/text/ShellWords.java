package dev.atex.internal.text;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes words for a POSIX shell. */
public final class ShellWords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWords() {}

    /** Returns the word in single quotes: the shell takes it literally. */
    public static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Returns the word as it is if a shell takes it literally as an argument, else in single quotes. */
    public static String quoteIfNeeded(String word) {
        return PLAIN.matcher(word).matches() ? word : quote(word);
    }

    /** Returns a command line of these words, with quotes where they are needed. The first must not contain {@code =}. */
    public static String join(List<String> words) {
        return words.stream().map(ShellWords::quoteIfNeeded).collect(Collectors.joining(" "));
    }
}
