package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.yaml.YamlProblem;
import dev.atex.fmf.yaml.YamlReader;
import dev.atex.fmf.yaml.YamlWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads and writes YAML as metadata files have it. */
public final class Yaml {
    private Yaml() {}

    /**
     * The value of the one document in {@code text}; null when it is empty. Values are of the types that the package
     * lists; mappings keep their order, and may have keys of other types than strings.
     *
     * @throws LoadException when the text is not valid YAML; its {@link FmfException#location()} has the file {@code
     *     <text>}
     * @throws InvalidValueException when a scalar has no value, such as the 30th of February
     */
    public static @Nullable Object read(String text) throws LoadException, InvalidValueException {
        try {
            return YamlReader.read(
                            text.indexOf('\r') < 0
                                    ? text
                                    : text.replace("\r\n", "\n").replace('\r', '\n'))
                    .value();
        } catch (YamlProblem e) {
            Location location = new Location(Path.of("<text>"), e.line(), e.column());
            if (!e.isSyntax()) {
                InvalidValueException error = new InvalidValueException(e.kind(), e.getMessage());
                error.setLocation(location);
                throw error;
            }
            LoadException error =
                    new LoadException(LoadException.Kind.FILE, "Failed to parse '<text>'.\n" + e.getMessage());
            error.setLocation(location);
            throw error;
        }
    }

    /**
     * The value as a YAML document in block style that ends with a line feed. Strings that this or other versions of
     * YAML would take for something else are quoted, so that {@link #read} gives the same value; aliases are not written.
     *
     * @throws IllegalArgumentException when the value has an object of another type than the package lists, is cyclic,
     *     or would be longer than 64 million characters
     */
    public static String write(@Nullable Object value) {
        return YamlWriter.write(Values.importScalar(value));
    }

    /**
     * Whether a value counts as true in Python, and so for tools of this format: all but {@code null}, {@code false}, zero,
     * and what is empty. {@code no} is a text that is not empty.
     */
    public static boolean isTrue(@Nullable Object value) {
        return PyTypes.isTrue(Values.importScalar(value));
    }

    /**
     * A value as Python's {@code str()} prints it, which is how tools of this format turn metadata into text: {@code True},
     * {@code 1e+16}, {@code None}; strings as they are.
     */
    public static String text(@Nullable Object value) {
        return PyRepr.str(Values.importScalar(value));
    }
}
