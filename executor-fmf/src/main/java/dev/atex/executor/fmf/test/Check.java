package dev.atex.executor.fmf.test;

import dev.atex.executor.fmf.metadata.KnownKeys;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.shell.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Something that is looked at before and after a test: its key {@code check}.
 *
 * @param how what is looked at
 * @param result how its status is read: {@code respect}, {@code info} or {@code xfail}
 * @param options as the script on the machine takes them, by the names of keys
 */
public record Check(How how, String result, Map<String, List<String>> options) {
    private static final String KEY = "check";
    private static final Set<String> RESULTS = Set.of("respect", "info", "xfail");
    private static final List<String> KERNEL_TROUBLE = List.of("Call Trace:", "\\ssegfault\\s");

    /** The kinds of checks. */
    public enum How {
        /** Denials of SELinux. */
        AVC,
        /** Messages of the kernel. */
        DMESG,
        /** The journal of systemd. */
        JOURNAL,
        /** Programs that have crashed. */
        COREDUMP,
        /** Checks that the machine answers: not supported, reported as {@code skip}. */
        WATCHDOG;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static How of(Object word) {
            for (How how : values()) {
                if (how.word().equals(word)) {
                    return how;
                }
            }
            throw Metadata.wrong(KEY, "one of avc, dmesg, journal, coredump, watchdog", word);
        }
    }

    /**
     * Returns the checks of a test, in their order.
     *
     * @throws IllegalArgumentException a value is not what its key needs
     */
    public static List<Check> of(Map<String, @Nullable Object> data) {
        List<Check> checks = new ArrayList<>();
        for (Object item : Metadata.items(data.get(KEY))) {
            switch (item) {
                case String word -> checks.add(new Check(How.of(word), "respect", options(How.of(word), Map.of())));
                case Map<?, ?> map -> {
                    Object how = map.get("how");
                    if (how == null) {
                        throw withoutHow(map);
                    }
                    Check check = new Check(How.of(how), result(map.get("result")), options(How.of(how), map));
                    if (Metadata.flag(KEY + ": enabled", map.get("enabled"), true)) {
                        checks.add(check);
                    }
                }
                default -> throw Metadata.wrong(KEY, "a name or a mapping", item);
            }
        }
        return List.copyOf(checks);
    }

    private static IllegalArgumentException withoutHow(Map<?, ?> map) {
        for (Object key : map.keySet()) {
            if (key instanceof String name
                    && KnownKeys.meant(name, Set.of("how")).isPresent()) {
                return new IllegalArgumentException(
                        KEY + ": it has no 'how', but an unknown key '" + name + "' (did you mean 'how'?)");
            }
        }
        return Metadata.wrong(KEY + ": how", "a name", null);
    }

    private static String result(@Nullable Object value) {
        if (value == null) {
            return "respect";
        }
        if (value instanceof String word && RESULTS.contains(word)) {
            return word;
        }
        throw Metadata.wrong(KEY + ": result", "respect, info or xfail", value);
    }

    private static Map<String, List<String>> options(How how, Map<?, ?> map) {
        return switch (how) {
            case AVC ->
                Map.of(
                        "ignore",
                        patterns(map, "ignore-pattern", List.of("type=USER_AVC.*received policyload notice")),
                        "delay",
                        List.of(delay(map.get("delay-before-report"))));
            case DMESG -> Map.of("failure", patterns(map, "failure-pattern", KERNEL_TROUBLE));
            case JOURNAL ->
                Map.of(
                        "failure",
                        patterns(map, "failure-pattern", KERNEL_TROUBLE),
                        "ignore",
                        patterns(map, "ignore-pattern", List.of()),
                        "dmesg",
                        Metadata.flag(KEY + ": dmesg", map.get("dmesg"), false) ? List.of("1") : List.of(),
                        "unit",
                        text(map, "unit"),
                        "identifier",
                        text(map, "identifier"),
                        "priority",
                        text(map, "priority"));
            case COREDUMP -> Map.of("ignore", patterns(map, "ignore-pattern", List.of()));
            case WATCHDOG -> Map.of();
        };
    }

    private static List<String> text(Map<?, ?> map, String key) {
        Object value = map.get(key);
        return value == null ? List.of() : Metadata.strings(KEY + ": " + key, value);
    }

    private static String delay(@Nullable Object value) {
        if (value == null) {
            return "5";
        }
        if (value instanceof Integer seconds && seconds >= 0) {
            return seconds.toString();
        }
        throw Metadata.wrong(KEY + ": delay-before-report", "seconds", value);
    }

    /** Patterns of Python in the form that bash takes; what only Python can say is refused. */
    private static List<String> patterns(Map<?, ?> map, String key, List<String> otherwise) {
        List<String> patterns = map.get(key) == null ? otherwise : Metadata.strings(KEY + ": " + key, map.get(key));
        List<String> extended = new ArrayList<>();
        for (String pattern : patterns) {
            try {
                Pattern _ = Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(KEY + ": " + key + ": '" + pattern + "': " + e.getDescription(), e);
            }
            if (ONLY_IN_PYTHON.matcher(pattern).find()) {
                throw new IllegalArgumentException(
                        KEY + ": " + key + ": '" + pattern
                                + "' cannot be translated for bash, which searches for it: no '(?', '\\A', '\\Z', nor '\\D' in brackets");
            }
            extended.add(extended(pattern));
        }
        return extended;
    }

    private static final Pattern ONLY_IN_PYTHON =
            Pattern.compile("\\(\\?(?!:)|\\\\[AZzGQE]|\\[[^]]*\\\\[DSWsw]|[*+?}][?+]");

    /** An extended regular expression of the GNU kind, which knows {@code \s}, {@code \w} and {@code \b}. */
    private static String extended(String pattern) {
        StringBuilder text = new StringBuilder();
        boolean inBrackets = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                char next = pattern.charAt(++i);
                text.append(
                        switch (next) {
                            case 'd' -> inBrackets ? "0-9" : "[0-9]";
                            case 'D' -> "[^0-9]";
                            default -> "\\" + next;
                        });
                continue;
            }
            inBrackets = inBrackets ? c != ']' : c == '[';
            if (pattern.startsWith("(?:", i)) {
                i += 2;
            }
            text.append(c);
        }
        return text.toString();
    }

    /** Packages that the machine needs for it. */
    public List<String> packages() {
        return how == How.AVC ? List.of("audit", "policycoreutils") : List.of();
    }

    /** For the script on the machine: a line of bash. */
    public String call() {
        StringBuilder text =
                new StringBuilder("check ").append(how.word()).append(' ').append(result);
        options.forEach((name, values) -> values.forEach(
                value -> text.append(' ').append(name).append(' ').append(Shell.quote(value))));
        return text.append('\n').toString();
    }
}
