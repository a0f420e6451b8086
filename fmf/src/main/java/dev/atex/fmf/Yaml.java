package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.yaml.YamlProblem;
import dev.atex.fmf.yaml.YamlReader;
import dev.atex.fmf.yaml.YamlWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads and writes YAML as in metadata files. */
public final class Yaml {
    private Yaml() {}

    /**
     * Returns the value of the single document in {@code text}; null if it is empty. Values have the types that the
     * package lists; mappings keep their order, and their keys need not be strings.
     *
     * @throws LoadException if the text is not valid YAML; its {@link FmfException#location()} has the file {@code
     *     <text>}
     * @throws InvalidValueException if a scalar has no value, such as the 30th of February
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
                InvalidValueException error = InvalidValueException.explained(e.kind(), e.getMessage());
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
     * Returns the value as a YAML document in block style that ends with a line feed. Strings that any version of
     * YAML would read as another type are quoted, so that {@link #read} returns the same value; aliases are not
     * written.
     *
     * @throws IllegalArgumentException if the value contains an object of a type that the package does not list, is
     *     cyclic, or would be longer than 64 million characters
     */
    public static String write(@Nullable Object value) {
        return YamlWriter.write(Values.importScalar(value));
    }

    /**
     * Returns whether a value is true in Python, and so for tools of this format: all but {@code null}, {@code
     * false}, zero, and empty values. {@code no} is a non-empty string.
     */
    public static boolean isTrue(@Nullable Object value) {
        return PyTypes.isTrue(Values.importScalar(value));
    }

    /**
     * Returns a value as Python's {@code str()} prints it, which is how tools of this format convert metadata to
     * text: {@code True}, {@code 1e+16}, {@code None}; strings are unchanged.
     */
    public static String text(@Nullable Object value) {
        return PyRepr.str(Values.importScalar(value));
    }
}
