package dev.atex.executor.fmf.plan;

import dev.atex.executor.fmf.shell.WordSplitter;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Files of variables, as a plan's {@code environment-file} names them. A name that ends in {@code .yaml} or {@code .yml} has a
 * mapping of names to scalars; any other has words as a shell splits them, {@code NAME=VALUE} each.
 */
public final class EnvironmentFile {
    /** The maximum size: more than any system accepts as an environment. */
    public static final int MAX_BYTES = 1 << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private EnvironmentFile() {}

    /**
     * Returns the variables of a file, in its order.
     *
     * @throws IOException it cannot be read, is no file, or is longer than 1 MiB
     * @throws IllegalArgumentException it is not of its form; the message names file and line
     */
    public static Map<String, String> read(Path file) throws IOException {
        return parse(file.toString(), text(file));
    }

    public static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file)) { // a pipe would be waited for, a device has no end
            throw new IOException(file + ": " + (Files.exists(file) ? "is not a file" : "there is no such file"));
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(file + ": is longer than 1 MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /**
     * Returns the variables of a text, in its order.
     *
     * @param name decides by its ending which form it is, and is in messages
     * @throws IllegalArgumentException it is not of its form; the message names file and line
     */
    public static Map<String, String> parse(String name, String text) {
        return parse(name, name, text);
    }

    /**
     * Parses the text of a file of variables.
     *
     * @param path its ending determines the format
     * @param name the name of the file in messages
     */
    public static Map<String, String> parse(String path, String name, String text) {
        String lower = path.toLowerCase(Locale.ROOT);
        return Collections.unmodifiableMap(
                lower.endsWith(".yaml") || lower.endsWith(".yml") ? yaml(name, text) : words(name, text));
    }

    /** Returns whether it is a valid name of a variable in a file. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    private static Map<String, String> yaml(String name, String text) {
        Object value;
        try {
            value = Yaml.read(text);
        } catch (FmfException e) {
            String line = e.location().map(place -> ":" + place.line()).orElse("");
            throw new IllegalArgumentException(
                    name + line + ": "
                            + String.valueOf(e.getMessage()).replaceFirst("^Failed to parse '<text>'.\n", ""),
                    e);
        }
        Map<String, String> variables = new LinkedHashMap<>();
        if (value == null) {
            return variables;
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(name + ": expected a mapping of names to values");
        }
        map.forEach((key, each) -> {
            String variable = Yaml.text(key);
            if (each instanceof Map || each instanceof List) {
                throw new IllegalArgumentException(name + ": " + variable + ": expected a text, not "
                        + (each instanceof Map ? "a mapping" : "a list"));
            }
            put(variables, name, variable, each == null ? "" : Yaml.text(each));
        });
        return variables;
    }

    private static void put(Map<String, String> variables, String where, String name, String value) {
        if (!isName(name)) {
            throw new IllegalArgumentException(where + ": '" + name
                    + "' cannot be the name of a variable: letters, digits and '_' can, a digit not in the beginning");
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(where + ": the value of " + name + " holds a NUL character");
        }
        variables.put(name, value);
    }

    private static Map<String, String> words(String name, String text) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (WordSplitter.Word word : WordSplitter.split(name, text)) {
            String where = name + ":" + word.line();
            int equals = word.text().indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(where + ": expected NAME=VALUE"
                        + (word.text().equals("export")
                                ? ": leave 'export' out"
                                : "; a value with blanks needs quotes"));
            }
            put(variables, where, word.text().substring(0, equals), word.text().substring(equals + 1));
        }
        return variables;
    }
}
