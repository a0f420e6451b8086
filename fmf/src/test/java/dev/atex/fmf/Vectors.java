package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.eval.FormatString;
import dev.atex.fmf.python.eval.NotSupportedException;
import dev.atex.fmf.python.regex.PyRegex;
import dev.atex.fmf.yaml.YamlProblem;
import dev.atex.fmf.yaml.YamlReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Runs small cases with known answers, and reports those with another answer. */
final class Vectors {
    /** Errors with messages of their own; the text of any other comes from an interpreter or parser. */
    private static final Set<String> OWN_ERRORS = Set.of(
            "GeneralError",
            "FormatError",
            "RootError",
            "FilterError",
            "MergeError",
            "ReferenceError",
            "CannotDecide",
            "InvalidRule",
            "InvalidContext");

    private Vectors() {}

    /** The outcome of one vector. */
    sealed interface Outcome {}

    /** As expected. */
    record Equal() implements Outcome {}

    /** Different in a way that the documentation lists. */
    record Allowed(String why) implements Outcome {}

    /** Wrong. */
    record Different(String expected, String actual) implements Outcome {}

    /** Reads a file of vectors. */
    static List<Map<String, Object>> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in);
        }
    }

    /** Reads lines of vectors. */
    static List<Map<String, Object>> read(InputStream in) throws IOException {
        List<Map<String, Object>> vectors = new ArrayList<>();
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            vectors.add(Canonical.cast(Canonical.parseJson(line)));
        }
        return vectors;
    }

    private interface Question {
        @Nullable
        Object ask() throws FmfException, YamlProblem;
    }

    /** Returns the answer as text: a value, or the error. */
    private static String answer(Question question) {
        try {
            return Canonical.encode(question.ask(), true);
        } catch (FmfException e) {
            return error(e.referenceName(), e.getMessage());
        } catch (YamlProblem e) {
            return error(e.kind(), "");
        } catch (PythonException e) {
            return error(e.type(), e.getMessage());
        }
    }

    static String error(String type, @Nullable String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("class", type);
        if (OWN_ERRORS.contains(type)) {
            error.put("message", message);
        }
        return Canonical.encodeJson(Map.of("error", error));
    }

    static String expected(@Nullable Object result) {
        if (result instanceof Map<?, ?> map && map.get("error") instanceof Map<?, ?> error) {
            return error((String) error.get("class"), (String) error.get("message"));
        }
        return Canonical.encodeJson(result);
    }

    private static Outcome compare(String expected, String actual) {
        return expected.equals(actual) ? new Equal() : new Different(expected, actual);
    }

    /** Runs a vector of this kind. */
    static Outcome run(String kind, Map<String, Object> vector) {
        return switch (kind) {
            case "context" -> context(vector);
            case "context_args" -> contextArgs(vector);
            case "filter" -> filter(vector);
            case "merge" -> merge(vector);
            case "scalar" -> scalar(vector);
            case "condition" -> condition(vector);
            case "repr" -> repr(vector);
            case "format" -> format(vector);
            case "regex" -> regex(vector);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Outcome context(Map<String, Object> vector) {
        Map<String, Object> dimensions = Canonical.cast(Canonical.decode(vector.get("ctx")));
        Context context = Context.of(dimensions).withCaseSensitive((Boolean) vector.get("cs"));
        return compare(
                expected(vector.get("result")),
                answer(() -> decision(context.matches(Canonical.decode(vector.get("rule"))))));
    }

    static @Nullable Boolean decision(Decision decision) {
        return switch (decision) {
            case TRUE -> true;
            case FALSE -> false;
            case UNDECIDED -> null;
        };
    }

    private static Outcome contextArgs(Map<String, Object> vector) {
        List<?> args = (List<?>) vector.get("args");
        Object expected = vector.containsKey("error") ? Map.of("error", vector.get("error")) : vector.get("dims");
        return compare(
                expected(expected),
                answer(() -> Context.parse(Canonical.<List<String>>cast(args)).dimensions()));
    }

    private static Outcome filter(Map<String, Object> vector) {
        Object data = Canonical.decode(vector.get("data"));
        Filter filter = Filter.parse(
                vector.get("filter") == null ? "" : (String) vector.get("filter"),
                (Boolean) vector.get("sensitive"),
                (Boolean) vector.get("regexp"));
        return compare(expected(vector.get("result")), answer(() -> filter.matches(data, (String) vector.get("name"))));
    }

    private static Outcome merge(Map<String, Object> vector) {
        Map<String, Object> child = new LinkedHashMap<>();
        child.put("k" + vector.get("suffix"), Canonical.decode(vector.get("child")));
        Map<String, Object> root = new LinkedHashMap<>();
        if ("!absent".equals(vector.get("parent"))) {
            root.put("a", 1);
        } else {
            root.put("k", Canonical.decode(vector.get("parent")));
        }
        root.put("/c", child);
        return compare(
                expected(vector.get("result")),
                answer(() -> Tree.of(root).find("/c").orElseThrow().data()));
    }

    private static Outcome scalar(Map<String, Object> vector) {
        String yaml = (String) vector.get("yaml");
        String expected = expected(vector.get("result"));
        String actual = answer(() -> YamlReader.read(universalNewlines(yaml)).value());
        if (expected.equals(actual)) {
            if (!vector.containsKey("order")) {
                return new Equal();
            }
            return compare((String) vector.get("order"), orderedAnswer(yaml));
        }
        if (vector.containsKey("pure") && actual.equals(expected(vector.get("pure")))) {
            return new Allowed("YAML that only the old C parser refuses");
        }
        return new Different(expected, actual);
    }

    private static String orderedAnswer(String yaml) {
        try {
            return Canonical.encode(YamlReader.read(universalNewlines(yaml)).value(), false);
        } catch (YamlProblem e) {
            return e.kind();
        }
    }

    private static String universalNewlines(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    private static Outcome condition(Map<String, Object> vector) {
        Map<String, Object> data = Canonical.cast(Canonical.decode(vector.get("data")));
        String condition = (String) vector.get("condition");
        if (vector.get("refused") instanceof String what) {
            return refused(condition, data, what);
        }
        String expected = expected(vector.get("result"));
        String actual = answer(() -> Condition.of(condition).holds(data));
        if (!expected.equals(actual) && actual.contains("\"NotSupportedError\"")) {
            return new Allowed("outside of the subset: " + condition);
        }
        return compare(expected, actual);
    }

    private static Outcome refused(String condition, Map<String, Object> data, String what) {
        try {
            return new Different(
                    "a refusal that names " + what, "" + Condition.of(condition).holds(data));
        } catch (ConditionException e) {
            return e.kind() == ConditionException.Kind.UNSUPPORTED
                            && String.valueOf(e.getMessage()).contains(what)
                    ? new Equal()
                    : new Different("a refusal that names " + what, String.valueOf(e.getMessage()));
        } catch (FmfException e) {
            return new Different("a refusal that names " + what, e.toString());
        }
    }

    private static Outcome repr(Map<String, Object> vector) {
        Object value = Canonical.decode(vector.get("value"));
        return compare(
                Canonical.encodeJson(List.of(vector.get("str"), vector.get("repr"))),
                Canonical.encodeJson(List.of(PyRepr.str(value), PyRepr.repr(value))));
    }

    private static Outcome format(Map<String, Object> vector) {
        List<Object> values = Canonical.cast(Canonical.decode(vector.get("values")));
        String expected = expected(vector.get("result"));
        try {
            return compare(
                    expected,
                    answer(() ->
                            FormatString.parse((String) vector.get("template")).format(values)));
        } catch (NotSupportedException e) {
            return new Allowed("outside of the subset: " + e.getMessage());
        }
    }

    private static Outcome regex(Map<String, Object> vector) {
        String pattern = (String) vector.get("pattern");
        String text = (String) vector.get("text");
        return compare(expected(vector.get("result")), answer(() -> switch ((String) vector.get("op")) {
            case "search" -> PyRegex.compile(pattern).search(text);
            case "match" -> PyRegex.compile(pattern).match(text);
            default -> PyRegex.compile(pattern).sub((String) vector.get("replacement"), text);
        }));
    }
}
