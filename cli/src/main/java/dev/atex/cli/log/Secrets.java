package dev.atex.cli.log;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * Values that must never be logged: tokens and passwords of the environment, and variables given to tests. Where a value
 * occurs in a message, {@code <NAME>} takes its place. Thread-safe.
 */
public final class Secrets {
    /** Shorter values ("1", "yes") occur in every text: they are replaced only after their name and an equals sign. */
    private static final int SHORTEST = 4;

    /** Lines of a value of several lines, such as a key, are secrets of their own from this length on. */
    private static final int SHORTEST_LINE = 8;

    /** Shorter values of variables of no special name are replaced only after their name and an equals sign. */
    private static final int SHORTEST_PLAIN = 8;

    private static final Pattern NAMES = Pattern.compile("(?i).*(token|passw|passphrase|pwd|secret|credential|api_?key"
            + "|access_?key|private_?key|authorization).*|.*pass");

    /** Their names look like those of passwords. */
    private static final Set<String> DIRECTORIES = Set.of("PWD", "OLDPWD");

    private static final Pattern USER_INFO = Pattern.compile("(?i)(.*_proxy)=[^/]*//([^/@]+)@.*");

    private static volatile List<Secret> secrets = List.of();

    /**
     * A replacement for each occurrence of a text.
     *
     * @param words whether only whole words are replaced
     */
    private record Secret(String text, String replacement, boolean words) {
        String removedFrom(String from) {
            if (!words) {
                return from.replace(text, replacement);
            }
            int at = from.indexOf(text);
            if (at < 0) {
                return from;
            }
            StringBuilder clean = new StringBuilder();
            int done = 0;
            for (; at >= 0; at = from.indexOf(text, at + 1)) {
                if (at >= done && !isInWord(from, at) && !isInWord(from, at + text.length())) {
                    clean.append(from, done, at).append(replacement);
                    done = at + text.length();
                }
            }
            return clean.append(from, done, from.length()).toString();
        }

        private static boolean isInWord(String text, int at) {
            return at > 0 && at < text.length() && isOfWord(text.charAt(at - 1)) && isOfWord(text.charAt(at));
        }

        private static boolean isOfWord(char c) {
            return Character.isLetterOrDigit(c) || c == '_';
        }
    }

    private Secrets() {}

    /** Hides the values of all variables. */
    public static void hide(Map<String, String> variables) {
        variables.forEach(Secrets::hide);
    }

    /**
     * Hides the value of a variable that may be no secret, such as {@code MODE=test}: where it is a word, or, if it is short,
     * after its name. If the name is that of a secret, hides the value everywhere.
     */
    public static void hidePlain(String name, String value) {
        if (isSecret(name)) {
            hide(name, value);
        } else {
            hide(name, value, SHORTEST_PLAIN, true);
        }
    }

    private static boolean isSecret(String name) {
        return NAMES.matcher(name).matches() && !DIRECTORIES.contains(name);
    }

    private static boolean isPath(String value) {
        try {
            return value.startsWith("/") && Files.exists(Path.of(value));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Hides what the environment of this process says by its names to be secret, and passwords of proxies. */
    public static void hideThoseOf(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (isSecret(name) && !isPath(value)) { // a path is where a secret is
                hide(name, value);
            }
            var proxy = USER_INFO.matcher(name + "=" + value);
            if (proxy.matches()) {
                hide(name, proxy.group(2));
            }
        });
    }

    /** Hides a value from now on. */
    public static void hide(String name, String value) {
        hide(name, value, SHORTEST, false);
    }

    private static void hide(String name, String value, int shortest, boolean words) {
        String replacement = "<" + name + ">";
        String text = value.strip();
        if (text.length() >= shortest) {
            add(new Secret(text, replacement, words));
            if (text.indexOf('\n') >= 0) {
                text.lines()
                        .map(String::strip)
                        .filter(line -> line.length() >= SHORTEST_LINE)
                        .forEach(line -> add(new Secret(line, replacement, words)));
            }
        } else if (!text.isEmpty()) {
            add(new Secret(name + "=" + text, name + "=" + replacement, words));
        }
    }

    private static synchronized void add(Secret secret) {
        if (!secrets.contains(secret)) {
            List<Secret> all = new CopyOnWriteArrayList<>(secrets);
            all.add(secret);
            all.sort(Comparator.comparingInt(each -> -each.text().length())); // one may contain another
            secrets = all;
        }
    }

    /** Returns the text with all secrets replaced. */
    static String removedFrom(String text) {
        String clean = text;
        for (Secret secret : secrets) {
            clean = secret.removedFrom(clean);
        }
        return clean;
    }
}
