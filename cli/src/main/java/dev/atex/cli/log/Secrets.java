package dev.atex.cli.log;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

    private static final Pattern NAMES = Pattern.compile(
            "(?i).*(token|passw|passphrase|secret|credential|api_?key|access_?key|private_?key|authorization).*");
    private static final Pattern USER_INFO = Pattern.compile("(?i)(.*_proxy)=[^/]*//([^/@]+)@.*");

    private static volatile List<Secret> secrets = List.of();

    /** A replacement for each occurrence of a text. */
    private record Secret(String text, String replacement) {}

    private Secrets() {}

    /** Hides the values of all variables. */
    public static void hide(Map<String, String> variables) {
        variables.forEach(Secrets::hide);
    }

    /** Hides what the environment of this process says by its names to be secret, and passwords of proxies. */
    public static void hideThoseOf(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (NAMES.matcher(name).matches() && !value.startsWith("/")) { // a path is where a secret is
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
        String replacement = "<" + name + ">";
        String text = value.strip();
        if (text.length() >= SHORTEST) {
            add(new Secret(text, replacement));
            if (text.indexOf('\n') >= 0) {
                text.lines()
                        .map(String::strip)
                        .filter(line -> line.length() >= SHORTEST_LINE)
                        .forEach(line -> add(new Secret(line, replacement)));
            }
        } else if (!text.isEmpty()) {
            add(new Secret(name + "=" + text, name + "=" + replacement));
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
            clean = clean.replace(secret.text(), secret.replacement());
        }
        return clean;
    }
}
