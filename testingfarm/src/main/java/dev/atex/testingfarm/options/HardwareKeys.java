package dev.atex.testingfarm.options;

import dev.atex.internal.text.Suggestion;
import dev.atex.provisioner.InvalidOptionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The known hardware keys, from {@code hardware.txt}, and checks of requirements against them. */
public final class HardwareKeys {
    private static final String LIST = "[]";
    private static final List<String> GROUPS = List.of("and", "or");
    private static final Pattern NUMBER = Pattern.compile("(==|!=|<=|>=|=|<|>)?\\s*[0-9]+(\\.[0-9]+)?");
    private static final Pattern QUANTITY = Pattern.compile(
            NUMBER.pattern() + "\\s*([a-zA-Z]*hz|[kmgtp]?i?b|bytes?|[a-z]*bytes?)?", Pattern.CASE_INSENSITIVE);

    /** The kind of value for each path. */
    private static final SortedMap<String, String> KINDS = read();

    private HardwareKeys() {}

    private static SortedMap<String, String> read() {
        SortedMap<String, String> kinds = new TreeMap<>();
        try (InputStream in = HardwareKeys.class.getResourceAsStream("hardware.txt")) {
            if (in == null) {
                throw new IllegalStateException("hardware.txt is missing from the jar");
            }
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ");
                    kinds.put(words[0], words[1]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kinds;
    }

    /** Returns whether this path, without brackets, leads to a list. */
    static boolean isList(String path) {
        return KINDS.keySet().stream().anyMatch(key -> (key + ".").startsWith(path + LIST + "."));
    }

    /** Returns whether this path, without brackets, leads to a flag. */
    static boolean isFlag(String path) {
        return "flag".equals(KINDS.get(path));
    }

    /** Checks a whole specification. */
    static void check(Map<String, @Nullable Object> hardware) throws InvalidOptionException {
        check(hardware, "");
    }

    private static void check(@Nullable Object value, String path) throws InvalidOptionException {
        String kind = KINDS.get(path);
        if (kind != null) {
            checkValue(value, path, kind);
        } else if (path.endsWith(LIST)) {
            if (!(value instanceof Map<?, ?> map)) {
                throw wrong(shown(path) + " must have a requirement, as in " + example(path));
            }
            checkMembers(map, path);
        } else if (KINDS.containsKey(path + LIST) || isList(path)) {
            if (!(value instanceof List<?> list) || list.isEmpty()) {
                throw wrong("'" + path + "' must be a list, as in " + example(path));
            }
            for (Object each : list) {
                check(each, path + LIST);
            }
        } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            checkMembers(map, path);
        } else {
            throw wrong(shown(path) + " must have a requirement, as in " + example(path));
        }
    }

    private static void checkMembers(Map<?, ?> map, String path) throws InvalidOptionException {
        for (Map.Entry<?, ?> member : map.entrySet()) {
            String name = String.valueOf(member.getKey());
            if (path.isEmpty() && GROUPS.contains(name)) {
                if (!(member.getValue() instanceof List<?> parts) || parts.isEmpty()) {
                    throw wrong("'" + name + "' must be a list of specifications");
                }
                for (Object part : parts) {
                    check(part, "");
                }
                continue;
            }
            Map<String, String> known = members(path);
            if (!known.containsKey(name)) {
                throw wrong("there is no '" + name + "'" + (path.isEmpty() ? "" : " in " + shown(path))
                        + Suggestion.among(name, known.keySet())
                        + ". The option check=false skips this check");
            }
            check(member.getValue(), (path.isEmpty() ? "" : path + ".") + name);
        }
    }

    /** Returns the names that may follow this path. */
    private static Map<String, String> members(String path) {
        String before = path.isEmpty() ? "" : path + ".";
        Map<String, String> names = new LinkedHashMap<>();
        for (String key : KINDS.keySet()) {
            if (key.startsWith(before)) {
                String name = key.substring(before.length()).split("\\.", 2)[0];
                names.put(name.replace(LIST, ""), name);
            }
        }
        return names;
    }

    private static void checkValue(@Nullable Object value, String path, String kind) throws InvalidOptionException {
        String text = String.valueOf(value).strip();
        boolean right = !(value instanceof Map<?, ?> || value instanceof List<?>)
                && value != null
                && !text.isEmpty()
                && switch (kind) {
                    case "flag" -> value instanceof Boolean;
                    case "number" -> NUMBER.matcher(text).matches();
                    case "quantity" -> QUANTITY.matcher(text).matches();
                    default -> true;
                };
        if (!right) {
            throw wrong("'" + path.replace(LIST, "") + "' must be " + wanted(kind) + ", not '" + text + "'");
        }
    }

    private static String wanted(String kind) {
        return switch (kind) {
            case "flag" -> "true or false";
            case "number" -> "a number, perhaps after one of == != < <= > >=";
            case "quantity" -> "a number with a unit, perhaps after one of == != < <= > >=, as in '>= 8 GB'";
            default -> "a text, perhaps after one of == != ~ !~";
        };
    }

    private static String shown(String path) {
        return path.isEmpty() ? "it" : "'" + path.replace(LIST, "") + "'";
    }

    private static String example(String path) {
        String start = path.replace(LIST, "");
        return KINDS.entrySet().stream()
                .filter(each -> each.getKey().replace(LIST, "").startsWith(start))
                .findFirst()
                .map(each -> each.getKey().replace(LIST, "")
                        + switch (each.getValue()) {
                            case "flag" -> "=true";
                            case "quantity" -> "=>= 40 GB";
                            case "number" -> "=>= 2";
                            default -> "=NAME";
                        })
                .orElse("memory=>= 8 GB");
    }

    static InvalidOptionException wrong(String why) {
        return OptionReader.wrong(Hardware.OPTION, why);
    }
}
