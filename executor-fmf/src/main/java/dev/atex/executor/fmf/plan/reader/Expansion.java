package dev.atex.executor.fmf.plan.reader;

import dev.atex.fmf.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code $NAME} and <code>${NAME}</code> by variables, <code>$@dim</code> and <code>$@{dim}</code> by the values of dimensions. What is unknown
 * stays, and what was put in is not looked at again. Used by one thread.
 */
public final class Expansion {
    private static final Pattern REFERENCE = Pattern.compile(
            "\\$(?:@\\{(?<braced>[^{}]+)}|@(?<dim>\\w+)|\\{(?<in>[A-Za-z_]\\w*)}|(?<name>[A-Za-z_]\\w*))");

    /** The maximum length of all expanded texts of one instance: a short text can refer to a long one many times. */
    private static final long MAX_LENGTH = 16L << 20;

    private static final int MAX_VALUES = 100_000;
    private static final int MAX_DEPTH = 100;

    private final Map<String, String> variables;
    private final Map<String, List<String>> dimensions;
    private long length;
    private int values;

    public Expansion(Map<String, String> variables, Context context) {
        this.variables = variables;
        this.dimensions = context.dimensions();
    }

    /** Returns the names of the variables that a text refers to, and those of dimensions as {@code "@dim"}. */
    public static Set<String> names(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            String dimension = dimension(matcher);
            names.add(dimension == null ? variable(matcher) : "@" + dimension);
        }
        return names;
    }

    private static @Nullable String dimension(Matcher matcher) {
        return matcher.group("braced") != null ? matcher.group("braced") : matcher.group("dim");
    }

    private static String variable(Matcher matcher) {
        return matcher.group("in") != null ? matcher.group("in") : matcher.group("name");
    }

    /** A text in which all is replaced. */
    public String text(String text) {
        return expanded(text, true, "");
    }

    /** The value of a variable, which is not replaced by itself. */
    public String variable(String name, String value) {
        return expanded(value, true, name);
    }

    /** A script, in which only dimensions are: the shell knows the variables. */
    public String script(String text) {
        return expanded(text, false, "");
    }

    private String expanded(String text, boolean names, String itself) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder made = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            String value = value(matcher, names, itself);
            if (value != null) {
                made.append(text, from, matcher.start()).append(value);
                from = matcher.end();
                count(made.length() - (long) text.length());
            }
        }
        made.append(text, from, text.length());
        length += made.length();
        return made.toString();
    }

    private void count(long more) {
        if (length + more > MAX_LENGTH) {
            throw new IllegalArgumentException("its texts are longer than 16 MiB with the values of their variables");
        }
    }

    private @Nullable String value(Matcher matcher, boolean names, String itself) {
        String dimension = dimension(matcher);
        if (dimension != null) {
            List<String> known = dimensions.get(dimension);
            return known == null ? null : String.join(",", known);
        }
        String name = variable(matcher);
        return names && !name.equals(itself) ? variables.get(name) : null;
    }

    /** Values with all of their texts, but for what {@code test} of a mapping says, which is a script. */
    @Nullable
    public Object value(@Nullable Object value) {
        return value(value, 0);
    }

    private @Nullable Object value(@Nullable Object value, int depth) {
        if (++values > MAX_VALUES || depth > MAX_DEPTH) {
            throw new IllegalArgumentException("it has too many values");
        }
        return switch (value) {
            case String text -> text(text);
            case List<?> list -> {
                List<@Nullable Object> made = new ArrayList<>();
                list.forEach(each -> made.add(value(each, depth + 1)));
                yield made;
            }
            case Map<?, ?> map -> {
                Map<@Nullable Object, @Nullable Object> made = new LinkedHashMap<>();
                map.forEach((key, each) -> made.put(
                        key, isScript(key) && each instanceof String text ? script(text) : value(each, depth + 1)));
                yield made;
            }
            case null, default -> value;
        };
    }

    private static boolean isScript(@Nullable Object key) {
        return key instanceof String name && name.matches("test[+~<-]*");
    }
}
