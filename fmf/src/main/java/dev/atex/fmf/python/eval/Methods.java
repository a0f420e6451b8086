package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of values that conditions may call. */
final class Methods {
    private static final Map<String, Set<String>> SUPPORTED = Map.of(
            "str",
            words("capitalize casefold count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric "
                    + "isspace isupper join lower lstrip partition removeprefix removesuffix replace rfind rindex "
                    + "rpartition rsplit rstrip split splitlines startswith strip upper"),
            "list",
            words("count index"),
            "tuple",
            words("count index"),
            "dict",
            words("get items keys values"),
            "set",
            words("difference intersection isdisjoint issubset issuperset union"));

    /** Methods that these types also have in Python 3.11. */
    private static final Map<String, Set<String>> REFUSED = Map.of(
            "str",
            words("center encode expandtabs format format_map isascii isidentifier isprintable istitle ljust maketrans "
                    + "rjust swapcase title translate zfill"),
            "list",
            words("append clear copy extend insert pop remove reverse sort"),
            "dict",
            words("clear copy fromkeys pop popitem setdefault update"),
            "set",
            words("add clear copy difference_update discard intersection_update pop remove symmetric_difference "
                    + "symmetric_difference_update update"),
            "int",
            words(
                    "as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag numerator real to_bytes"),
            "float",
            words("as_integer_ratio conjugate fromhex hex imag is_integer real"));

    private Methods() {}

    private static Set<String> words(String words) {
        return Set.of(words.split(" "));
    }

    /** Returns {@code object.name}: a method, since values have no other attributes. */
    static Object attribute(@Nullable Object object, String name) {
        if (object instanceof OsModule module) {
            return module.attribute(name);
        }
        String type = Objects.typeName(object);
        if (SUPPORTED.getOrDefault(type, Set.of()).contains(name)) {
            return new Method(object, type, name);
        }
        boolean known = REFUSED.getOrDefault(type.equals("bool") ? "int" : type, Set.of())
                .contains(name);
        boolean unlisted = !(object == null || SUPPORTED.containsKey(type) || PyTypes.isNumber(object));
        if (known || unlisted || (name.startsWith("__") && name.endsWith("__"))) {
            throw new NotSupportedException(type + "." + name);
        }
        throw new PythonException("AttributeError", "'" + type + "' object has no attribute '" + name + "'");
    }

    /** A method of an object. */
    record Method(@Nullable Object object, String type, String name) {
        @Nullable
        Object call(List<@Nullable Object> arguments, Map<String, @Nullable Object> keywords) {
            if (!keywords.isEmpty()) {
                throw new NotSupportedException(type + "." + name + " with keyword arguments");
            }
            return switch (object) {
                case String text -> new StringCall(text, name, arguments).run();
                case List<?> list -> sequence(list, arguments);
                case Tuple tuple -> sequence(tuple.items(), arguments);
                case Map<?, ?> map -> mapping(map, arguments);
                case Set<?> set -> set(set, arguments);
                case OsModule module -> module.call(name, arguments);
                case null, default -> throw new NotSupportedException(type + "." + name);
            };
        }

        private Object sequence(List<?> items, List<@Nullable Object> arguments) {
            if (arguments.size() != 1) {
                throw arity(name, arguments.size());
            }
            Object wanted = arguments.getFirst();
            if (name.equals("count")) {
                return items.stream()
                        .filter(item -> PyOperators.equal(item, wanted))
                        .count();
            }
            long at = 0;
            for (Object item : items) {
                if (PyOperators.equal(item, wanted)) {
                    return at;
                }
                at++;
            }
            throw new PythonException("ValueError", "the item is not in the " + type);
        }

        private @Nullable Object mapping(Map<?, ?> map, List<@Nullable Object> arguments) {
            if (name.equals("get")) {
                if (arguments.isEmpty() || arguments.size() > 2) {
                    throw arity(name, arguments.size());
                }
                Objects.requireHashable(arguments.getFirst());
                Object key = PyOperators.findKey(map, arguments.getFirst());
                return !PyOperators.MISSING.equals(key)
                        ? map.get(key)
                        : arguments.size() == 2 ? arguments.get(1) : null;
            }
            if (!arguments.isEmpty()) {
                throw arity(name, arguments.size());
            }
            return switch (name) {
                case "keys" -> new Objects.View("dict_keys", map.keySet());
                case "values" -> new Objects.View("dict_values", map.values());
                default -> {
                    List<@Nullable Object> items = new ArrayList<>();
                    map.forEach((key, value) -> {
                        List<@Nullable Object> pair = new ArrayList<>(2);
                        pair.add(key);
                        pair.add(value);
                        items.add(new Tuple(pair));
                    });
                    yield new Objects.View("dict_items", items);
                }
            };
        }

        private Object set(Set<?> set, List<@Nullable Object> arguments) {
            if (arguments.size() != 1) {
                throw new NotSupportedException("set." + name + " with " + arguments.size() + " arguments");
            }
            Set<?> other = Objects.set(Objects.list(arguments.getFirst()));
            return switch (name) {
                case "isdisjoint" -> set.stream().noneMatch(item -> PyOperators.contains(other, item));
                case "issubset" -> Operators.compare("<=", set, other);
                case "issuperset" -> Operators.compare(">=", set, other);
                case "union" -> combined("|", set, other);
                case "intersection" -> combined("&", set, other);
                default -> combined("-", set, other);
            };
        }

        private static Object combined(String operator, Set<?> set, Set<?> other) {
            Object made = Operators.binary(operator, set, other);
            return made == null ? Set.of() : made;
        }
    }

    private static PythonException arity(String name, int given) {
        return Objects.typeError(name + "() does not take " + given + (given == 1 ? " argument" : " arguments"));
    }

    /** A call of a string method. Positions count code points. */
    private record StringCall(String text, String name, List<@Nullable Object> arguments) {
        @Nullable
        Object run() {
            return switch (name) {
                case "startswith", "endswith" -> affix();
                case "find", "rfind", "index", "rindex" -> find();
                case "count" -> count(string(0));
                case "lower" -> none(PyText.lower(text));
                case "upper" -> none(text.toUpperCase(java.util.Locale.ROOT));
                case "casefold" -> none(PyText.caseFold(text));
                case "capitalize" -> none(capitalized());
                case "strip", "lstrip", "rstrip" -> strip();
                case "split", "rsplit" -> split();
                case "splitlines" -> lines();
                case "join" -> join();
                case "replace" -> replace();
                case "removeprefix" -> {
                    String prefix = string(0);
                    yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                }
                case "removesuffix" -> {
                    String suffix = string(0);
                    yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                }
                case "partition", "rpartition" -> partition();
                case "islower" -> none(hasCase(Character::isLowerCase) && text.equals(PyText.lower(text)));
                case "isupper" ->
                    none(hasCase(Character::isUpperCase) && text.equals(text.toUpperCase(java.util.Locale.ROOT)));
                case "isspace" -> none(all(PyText::isSpace));
                case "isalpha" -> none(all(Character::isLetter));
                case "isalnum" -> none(all(c -> c != '_' && PyText.isWord(c)));
                case "isdecimal", "isdigit", "isnumeric" -> none(digits());
                default -> throw new NotSupportedException("str." + name);
            };
        }

        private Object lines() {
            if (!arguments.isEmpty()) {
                throw new NotSupportedException("str.splitlines with arguments");
            }
            List<@Nullable Object> lines = new ArrayList<>();
            int start = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean end =
                        (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
                if (end) {
                    lines.add(text.substring(start, i));
                    i += c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? 1 : 0;
                    start = i + 1;
                }
            }
            if (start < text.length()) {
                lines.add(text.substring(start));
            }
            return lines;
        }

        /**
         * Returns one of the three digit tests, which differ for numbers that are not decimal digits, such as
         * superscripts.
         */
        private boolean digits() {
            boolean others = text.codePoints()
                    .anyMatch(c -> !Character.isDigit(c) && !Character.isLetter(c) && PyText.isWord(c) && c != '_');
            if (others && !name.equals("isdecimal")) {
                throw new NotSupportedException("str." + name + " of such numbers");
            }
            return all(Character::isDigit);
        }

        private interface Test {
            boolean test(int c);
        }

        private boolean all(Test test) {
            return !text.isEmpty() && text.codePoints().allMatch(test::test);
        }

        private boolean hasCase(Test test) {
            return text.codePoints().anyMatch(test::test);
        }

        private Object none(Object result) {
            if (!arguments.isEmpty()) {
                throw arity(name, arguments.size());
            }
            return result;
        }

        private String capitalized() {
            if (text.isEmpty()) {
                return text;
            }
            int first = text.offsetByCodePoints(0, 1);
            return text.substring(0, first).toUpperCase(java.util.Locale.ROOT) + PyText.lower(text.substring(first));
        }

        private String string(int index) {
            if (index >= arguments.size()) {
                throw arity(name, arguments.size());
            }
            if (!(arguments.get(index) instanceof String argument)) {
                throw Objects.typeError(
                        name + "() argument must be str, not " + Objects.typeName(arguments.get(index)));
            }
            return argument;
        }

        /** Returns the part of the text that the arguments from this one on, a start and an end, select. */
        private String range(int from) {
            if (arguments.size() > from + 2) {
                throw arity(name, arguments.size());
            }
            return arguments.size() <= from
                    ? text
                    : (String) Operators.slice(
                            text,
                            arguments.get(from),
                            arguments.size() > from + 1 ? arguments.get(from + 1) : null,
                            null);
        }

        private Object affix() {
            if (arguments.isEmpty()) {
                throw arity(name, 0);
            }
            Object given = arguments.getFirst();
            List<?> affixes = given instanceof Tuple tuple ? tuple.items() : java.util.Collections.singletonList(given);
            String part = range(1);
            for (Object affix : affixes) {
                if (!(affix instanceof String s)) {
                    throw Objects.typeError(name + " first arg must be str or a tuple of str, not "
                            + Objects.typeName(given instanceof Tuple ? affix : given));
                }
                if (name.equals("startswith") ? part.startsWith(s) : part.endsWith(s)) {
                    return true;
                }
            }
            return false;
        }

        private Object find() {
            if (arguments.size() != 1) {
                throw arguments.isEmpty()
                        ? arity(name, 0)
                        : new NotSupportedException("str." + name + " with a start and an end");
            }
            String part = string(0);
            int at = name.startsWith("r") ? text.lastIndexOf(part) : text.indexOf(part);
            if (at < 0 && name.endsWith("index")) {
                throw new PythonException("ValueError", "substring not found");
            }
            return at < 0 ? -1L : (long) text.codePointCount(0, at);
        }

        private Object count(String part) {
            String within = range(1);
            if (part.isEmpty()) {
                return within.codePointCount(0, within.length()) + 1L;
            }
            long found = 0;
            for (int at = within.indexOf(part); at >= 0; at = within.indexOf(part, at + part.length())) {
                found++;
            }
            return found;
        }

        private Object strip() {
            if (arguments.size() > 1) {
                throw arity(name, arguments.size());
            }
            String characters = arguments.isEmpty() || arguments.getFirst() == null ? null : string(0);
            int start = 0;
            int end = text.length();
            while (!name.equals("rstrip") && start < end && strips(characters, text.codePointAt(start))) {
                start += Character.charCount(text.codePointAt(start));
            }
            while (!name.equals("lstrip") && end > start && strips(characters, text.codePointBefore(end))) {
                end -= Character.charCount(text.codePointBefore(end));
            }
            return text.substring(start, end);
        }

        private static boolean strips(@Nullable String characters, int c) {
            return characters == null ? PyText.isSpace(c) : characters.indexOf(c) >= 0;
        }

        private Object split() {
            if (arguments.size() > 2) {
                throw arity(name, arguments.size());
            }
            long limit = arguments.size() < 2 ? -1 : limit(arguments.get(1));
            String separator = arguments.isEmpty() || arguments.getFirst() == null ? null : string(0);
            if (separator != null && separator.isEmpty()) {
                throw new PythonException("ValueError", "empty separator");
            }
            boolean fromEnd = name.equals("rsplit");
            if (separator == null) {
                return fromEnd ? wordsFromEnd(limit) : words(limit);
            }
            List<@Nullable Object> parts = new ArrayList<>();
            String rest = text;
            for (long left = limit; left != 0; left--) {
                int at = fromEnd ? rest.lastIndexOf(separator) : rest.indexOf(separator);
                if (at < 0) {
                    break;
                }
                if (fromEnd) {
                    parts.addFirst(rest.substring(at + separator.length()));
                    rest = rest.substring(0, at);
                } else {
                    parts.add(rest.substring(0, at));
                    rest = rest.substring(at + separator.length());
                }
            }
            if (fromEnd) {
                parts.addFirst(rest);
            } else {
                parts.add(rest);
            }
            return parts;
        }

        /** Splits at white space; the rest after the limit keeps its trailing blanks. */
        private List<@Nullable Object> words(long limit) {
            List<@Nullable Object> words = new ArrayList<>();
            int at = 0;
            for (long left = limit; ; left--) {
                while (at < text.length() && PyText.isSpace(text.charAt(at))) {
                    at++;
                }
                if (at == text.length()) {
                    return words;
                }
                if (left == 0) {
                    words.add(text.substring(at));
                    return words;
                }
                int start = at;
                while (at < text.length() && !PyText.isSpace(text.charAt(at))) {
                    at++;
                }
                words.add(text.substring(start, at));
            }
        }

        private List<@Nullable Object> wordsFromEnd(long limit) {
            List<@Nullable Object> words = new ArrayList<>();
            int at = text.length();
            for (long left = limit; ; left--) {
                while (at > 0 && PyText.isSpace(text.charAt(at - 1))) {
                    at--;
                }
                if (at == 0) {
                    return words;
                }
                if (left == 0) {
                    words.addFirst(text.substring(0, at));
                    return words;
                }
                int end = at;
                while (at > 0 && !PyText.isSpace(text.charAt(at - 1))) {
                    at--;
                }
                words.addFirst(text.substring(at, end));
            }
        }

        private long limit(@Nullable Object value) {
            if (value instanceof Long || value instanceof Boolean) {
                return value instanceof Long l ? l : (Boolean) value ? 1 : 0;
            }
            if (value instanceof BigInteger i) {
                return i.signum() < 0 ? -1 : Long.MAX_VALUE;
            }
            throw Objects.typeError("'" + Objects.typeName(value) + "' object cannot be interpreted as an integer");
        }

        private Object join() {
            if (arguments.size() != 1) {
                throw arity(name, arguments.size());
            }
            List<String> parts = new ArrayList<>();
            for (Object item : Objects.list(arguments.getFirst())) {
                if (!(item instanceof String part)) {
                    throw Objects.typeError("sequence item " + parts.size() + ": expected str instance, "
                            + Objects.typeName(item) + " found");
                }
                parts.add(part);
            }
            return String.join(text, parts);
        }

        private Object replace() {
            if (arguments.size() != 2) {
                throw arguments.size() == 3
                        ? new NotSupportedException("str.replace with a count")
                        : arity(name, arguments.size());
            }
            return text.replace(string(0), string(1));
        }

        private Object partition() {
            String separator = string(0);
            if (separator.isEmpty()) {
                throw new PythonException("ValueError", "empty separator");
            }
            boolean fromEnd = name.equals("rpartition");
            int at = fromEnd ? text.lastIndexOf(separator) : text.indexOf(separator);
            Collection<String> parts = at >= 0
                    ? List.of(text.substring(0, at), separator, text.substring(at + separator.length()))
                    : fromEnd ? List.of("", "", text) : List.of(text, "", "");
            return new Tuple(new ArrayList<>(parts));
        }
    }
}
