package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The builtin functions that conditions may call. */
final class Builtins {
    private static final Set<String> SUPPORTED = Set.of(
            "abs", "all", "any", "bool", "float", "int", "len", "list", "locals", "max", "min", "repr", "set", "sorted",
            "str", "sum", "tuple");

    /** Functions that Python 3.11 also has; a name in neither list is undefined. */
    private static final Set<String> FUNCTIONS = words("""
            __build_class__ __import__ aiter anext ascii bin breakpoint callable chr compile delattr dir divmod
            eval exec format getattr globals hasattr hash hex id input isinstance issubclass iter next oct open
            ord pow print round setattr vars
            """);

    private static final Set<String> CLASSES = words("""
            ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
            BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
            ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning
            EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError
            FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError
            InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
            ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError
            PendingDeprecationWarning PermissionError ProcessLookupError RecursionError ReferenceError
            ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError
            SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError
            UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning
            ValueError Warning ZeroDivisionError __loader__ bytearray bytes classmethod complex dict enumerate
            filter frozenset map memoryview object property range reversed slice staticmethod super type zip
            """);

    /** Other names, with the names of their types. */
    private static final Map<String, String> OTHERS = Map.of(
            "Ellipsis", "ellipsis",
            "NotImplemented", "NotImplementedType",
            "__builtins__", "dict",
            "__spec__", "ModuleSpec",
            "copyright", "_Printer",
            "credits", "_Printer",
            "exit", "Quitter",
            "help", "_Helper",
            "license", "_Printer",
            "quit", "Quitter");

    private static final Set<String> SUPPORTED_CLASSES = Set.of("bool", "float", "int", "list", "set", "str", "tuple");

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    private Builtins() {}

    /**
     * Returns the value of a name that is not a key: mostly functions, which can be compared and, if supported,
     * called.
     */
    static Object find(String name) {
        return switch (name) {
            case "__debug__" -> true;
            case "__name__" -> "builtins";
            case "__package__" -> "";
            case "__doc__" -> throw new NotSupportedException(name);
            default -> {
                if (!isBuiltin(name)) {
                    throw new PythonException("NameError", "name '" + name + "' is not defined");
                }
                yield new Builtin(name);
            }
        };
    }

    private static boolean isBuiltin(String name) {
        return SUPPORTED.contains(name)
                || FUNCTIONS.contains(name)
                || CLASSES.contains(name)
                || OTHERS.containsKey(name);
    }

    /** A builtin function, class or other object, by its name; equal to itself and nothing else. */
    record Builtin(String name) {
        /** Returns the name of its type. */
        String type() {
            String other = OTHERS.get(name);
            if (other != null) {
                return other;
            }
            return CLASSES.contains(name) || SUPPORTED_CLASSES.contains(name) ? "type" : "builtin_function_or_method";
        }

        @Nullable
        Object call(List<@Nullable Object> arguments, Map<String, @Nullable Object> keywords) {
            return new Call(name, arguments, keywords).run();
        }
    }

    /** A call: unpacks its arguments and computes the result. */
    private record Call(String name, List<@Nullable Object> arguments, Map<String, @Nullable Object> keywords) {
        @Nullable
        Object run() {
            return switch (name) {
                case "len" -> Objects.length(one());
                case "any" -> anyOrAll(one(), true);
                case "all" -> !((Boolean) anyOrAll(one(), false));
                case "bool" -> !arguments.isEmpty() && Objects.isTrue(one());
                case "str" -> arguments.isEmpty() ? "" : text(one(), false);
                case "repr" -> text(one(), true);
                case "int" -> toInt();
                case "float" -> arguments.isEmpty() ? (Object) 0.0 : toFloat(one());
                case "abs" -> absolute(one());
                case "list" -> arguments.isEmpty() ? List.of() : Objects.list(one());
                case "tuple" -> new Tuple(arguments.isEmpty() ? List.of() : Objects.list(one()));
                case "set" -> arguments.isEmpty() ? Set.of() : Objects.set(Objects.list(one()));
                case "sum" -> sum();
                case "sorted" -> sorted();
                case "min", "max" -> extreme(name.equals("max"));
                default -> throw new NotSupportedException(name);
            };
        }

        private @Nullable Object one() {
            if (!keywords.isEmpty()) {
                throw new NotSupportedException(name + " with keyword arguments");
            }
            if (arguments.size() != 1) {
                throw Objects.typeError(name + "() takes exactly one argument (" + arguments.size() + " given)");
            }
            return arguments.getFirst();
        }

        /** Returns whether some item is true (any), or some is not (all, which negates the result). */
        private static Object anyOrAll(@Nullable Object items, boolean wanted) {
            for (Iterator<?> each = Objects.iterate(items); each.hasNext(); ) {
                if (Objects.isTrue(each.next()) == wanted) {
                    return true;
                }
            }
            return false;
        }

        private static String text(@Nullable Object value, boolean repr) {
            boolean plain = value == null
                    || value instanceof String
                    || value instanceof Map
                    || value instanceof List
                    || value instanceof Set
                    || value instanceof Tuple
                    || PyTypes.isNumber(value)
                    || value instanceof java.time.temporal.Temporal
                    || value instanceof byte[];
            if (!plain) {
                throw new NotSupportedException("the text of a " + Objects.typeName(value));
            }
            return repr ? PyRepr.repr(value) : PyRepr.str(value);
        }

        private Object toInt() {
            if (arguments.size() == 2 || keywords.containsKey("base")) {
                throw new NotSupportedException("int with a base");
            }
            if (arguments.isEmpty()) {
                return 0L;
            }
            return switch (one()) {
                case String text -> {
                    Object number = PyNumbers.parseInt(text);
                    if (number == null) {
                        throw new PythonException(
                                "ValueError", "invalid literal for int() with base 10: " + PyRepr.repr(text));
                    }
                    yield number;
                }
                case Double d -> {
                    if (Double.isNaN(d)) {
                        throw new PythonException("ValueError", "cannot convert float NaN to integer");
                    }
                    if (Double.isInfinite(d)) {
                        throw new PythonException("OverflowError", "cannot convert float infinity to integer");
                    }
                    yield PyNumbers.normalize(new BigDecimal(d).toBigInteger());
                }
                case Object number when PyTypes.isNumber(number) -> PyNumbers.add(0L, number);
                case null, default ->
                    throw Objects.typeError(
                            "int() argument must be a string, a bytes-like object or a real number, not '"
                                    + Objects.typeName(arguments.getFirst()) + "'");
            };
        }

        private static Object toFloat(@Nullable Object value) {
            if (value instanceof String text) {
                Double number = PyNumbers.parseFloat(text);
                if (number == null) {
                    throw new PythonException("ValueError", "could not convert string to float: " + PyRepr.repr(text));
                }
                return number;
            }
            if (value != null && PyTypes.isNumber(value)) {
                return PyNumbers.toDouble(value);
            }
            throw Objects.typeError(
                    "float() argument must be a string or a real number, not '" + Objects.typeName(value) + "'");
        }

        private static Object absolute(@Nullable Object value) {
            if (value == null || !PyTypes.isNumber(value)) {
                throw Objects.typeError("bad operand type for abs(): '" + Objects.typeName(value) + "'");
            }
            return value instanceof Double d
                    ? (Object) Math.abs(d)
                    : PyNumbers.normalize(PyNumbers.toBigInteger(value).abs());
        }

        private @Nullable Object sum() {
            if (arguments.size() != 1 || !keywords.isEmpty()) {
                throw new NotSupportedException("sum with a start");
            }
            Object sum = 0L;
            for (Iterator<?> each = Objects.iterate(arguments.getFirst()); each.hasNext(); ) {
                sum = Operators.binary("+", sum, each.next());
            }
            return sum;
        }

        private static @Nullable Object key(@Nullable Object function, @Nullable Object item) {
            List<@Nullable Object> argument = new ArrayList<>();
            argument.add(item);
            return switch (function) {
                case null -> item;
                case Builtin builtin when !builtin.name().equals("locals") -> builtin.call(argument, Map.of());
                default -> throw new NotSupportedException("such a key function");
            };
        }

        private Object sorted() {
            if (arguments.size() != 1 || !Set.of("key", "reverse").containsAll(keywords.keySet())) {
                throw Objects.typeError("sorted expected 1 argument, got " + arguments.size());
            }
            List<@Nullable Object> items = Objects.list(arguments.getFirst());
            Object function = keywords.get("key");
            boolean reverse = Objects.isTrue(keywords.get("reverse"));
            try {
                items.sort((a, b) -> {
                    int order = Operators.order("<", key(function, a), key(function, b));
                    return reverse ? -order : order;
                });
            } catch (IllegalArgumentException e) {
                throw new NotSupportedException("sorted with values that have no order, such as sets or nan");
            }
            return items;
        }

        private @Nullable Object extreme(boolean greatest) {
            if (arguments.isEmpty() || !Set.of("key", "default").containsAll(keywords.keySet())) {
                throw Objects.typeError(name + " expected at least 1 argument, got 0");
            }
            List<@Nullable Object> items = arguments.size() == 1 ? Objects.list(arguments.getFirst()) : arguments;
            if (items.isEmpty()) {
                if (keywords.containsKey("default")) {
                    return keywords.get("default");
                }
                throw new PythonException("ValueError", name + "() arg is an empty sequence");
            }
            Object function = keywords.get("key");
            Object best = items.getFirst();
            for (Object item : items.subList(1, items.size())) {
                if (Operators.compare(greatest ? ">" : "<", key(function, item), key(function, best))) {
                    best = item;
                }
            }
            return best;
        }
    }
}
