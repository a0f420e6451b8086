package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates an expression over the data of a node, with Python's rules for truth, operators and errors. Names are
 * keys of the data first, then builtins. Evaluation modifies nothing: methods that would modify a value are refused.
 */
public final class Evaluator {
    private final Map<?, ?> data;

    private Evaluator(Map<?, ?> data) {
        this.data = data;
    }

    /** A parsed expression. Immutable and thread-safe. */
    public static final class Parsed {
        private final Expr expression;

        private Parsed(Expr expression) {
            this.expression = expression;
        }

        /** Returns {@code bool(eval(expression, data))}; throws Python's errors and {@link NotSupportedException}. */
        public boolean isTrue(Map<?, ?> data) {
            return Objects.isTrue(new Evaluator(data).eval(expression, null));
        }

        /**
         * Returns {@code eval(expression, names)}; a result that is not a value, such as a function, is not
         * supported.
         */
        public @Nullable Object value(Map<?, ?> names) {
            Object value = new Evaluator(names).eval(expression, null);
            if (value instanceof Objects.View view) {
                return new ArrayList<>(view.items());
            }
            if (value instanceof Objects.Generator
                    || value instanceof Builtins.Builtin
                    || value instanceof Methods.Method
                    || value instanceof OsModule) {
                throw new NotSupportedException("a " + Objects.typeName(value) + " as result");
            }
            return value;
        }
    }

    /** Parses an expression; throws SyntaxError as {@link PythonException} if it is invalid. */
    public static Parsed parse(String source) {
        return new Parsed(Parser.parse(source));
    }

    /** The variables of a comprehension. */
    private static final class Scope {
        private final @Nullable Scope outer;
        private final Map<String, @Nullable Object> variables = new HashMap<>();

        Scope(@Nullable Scope outer) {
            this.outer = outer;
        }
    }

    private @Nullable Object eval(Expr expression, @Nullable Scope scope) {
        return switch (expression) {
            case Expr.Constant(Object value) -> value;
            case Expr.Name(String id) -> name(id, scope);
            case Expr.Display display -> display(display, scope);
            case Expr.DictDisplay dict -> dict(dict, scope);
            case Expr.Comprehension comprehension -> comprehension(comprehension, scope);
            case Expr.DictComprehension comprehension -> dictComprehension(comprehension, scope);
            case Expr.Unary(String operator, Expr operand) -> Operators.unary(operator, eval(operand, scope));
            case Expr.Binary(String operator, Expr left, Expr right) ->
                Operators.binary(operator, eval(left, scope), eval(right, scope));
            case Expr.Logical logical -> logical(logical, scope);
            case Expr.Comparison comparison -> comparison(comparison, scope);
            case Expr.Conditional(Expr test, Expr then, Expr otherwise) ->
                eval(Objects.isTrue(eval(test, scope)) ? then : otherwise, scope);
            case Expr.Attribute(Expr object, String name) -> Methods.attribute(eval(object, scope), name);
            case Expr.Call call -> call(call, scope);
            case Expr.Subscript(Expr object, Expr index) -> subscript(eval(object, scope), index, scope);
            case Expr.Slice slice -> throw new NotSupportedException("a slice in a tuple");
        };
    }

    private @Nullable Object name(String id, @Nullable Scope scope) {
        for (Scope at = scope; at != null; at = at.outer) {
            if (at.variables.containsKey(id)) {
                return at.variables.get(id);
            }
        }
        if (data.containsKey(id)) {
            return data.get(id);
        }
        return Builtins.find(id);
    }

    private @Nullable Object display(Expr.Display display, @Nullable Scope scope) {
        List<@Nullable Object> items = new ArrayList<>(display.items().size());
        for (Expr item : display.items()) {
            items.add(eval(item, scope));
        }
        return collect(display.kind(), items);
    }

    private static Object collect(Expr.Kind kind, List<@Nullable Object> items) {
        return switch (kind) {
            case LIST, GENERATOR -> items;
            case TUPLE -> new Tuple(items);
            case SET -> Objects.set(items);
        };
    }

    private Object dict(Expr.DictDisplay display, @Nullable Scope scope) {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < display.keys().size(); i++) {
            Object key = eval(display.keys().get(i), scope);
            put(map, key, eval(display.values().get(i), scope));
        }
        return map;
    }

    private static void put(Map<@Nullable Object, @Nullable Object> map, @Nullable Object key, @Nullable Object value) {
        Objects.requireHashable(key);
        Object known = PyOperators.findKey(map, key);
        map.put(PyOperators.MISSING.equals(known) ? key : known, value);
    }

    private Object comprehension(Expr.Comprehension comprehension, @Nullable Scope scope) {
        Loops loops = new Loops(comprehension.loops(), scope);
        Iterator<@Nullable Object> items = new Mapped(loops, comprehension.element());
        if (comprehension.kind() == Expr.Kind.GENERATOR) {
            return new Objects.Generator(items);
        }
        List<@Nullable Object> list = new ArrayList<>();
        items.forEachRemaining(list::add);
        return collect(comprehension.kind(), list);
    }

    private Object dictComprehension(Expr.DictComprehension comprehension, @Nullable Scope scope) {
        Loops loops = new Loops(comprehension.loops(), scope);
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        while (loops.advance()) {
            Object key = eval(comprehension.key(), loops.inner);
            put(map, key, eval(comprehension.value(), loops.inner));
        }
        return map;
    }

    /** Steps through the nested loops of a comprehension, only as far as requested. */
    private final class Loops {
        private final List<Expr.For> loops;
        private final Scope inner;
        private final List<Iterator<?>> open = new ArrayList<>();

        Loops(List<Expr.For> loops, @Nullable Scope outer) {
            this.loops = loops;
            this.inner = new Scope(outer);
            // The first iterable belongs to the enclosing expression and is evaluated at once.
            Iterator<?> first = Objects.iterate(eval(loops.getFirst().iterable(), outer));
            inner.variables.put(".0", new Objects.Generator(first));
            open.add(first);
        }

        /** Assigns the next values to the variables; returns false if there are none. */
        boolean advance() {
            while (!open.isEmpty()) {
                Iterator<?> iterator = open.getLast();
                if (!iterator.hasNext()) {
                    open.removeLast();
                    continue;
                }
                Expr.For loop = loops.get(open.size() - 1);
                assign(loop.target(), iterator.next(), inner);
                if (!conditionsHold(loop)) {
                    continue;
                }
                if (open.size() == loops.size()) {
                    return true;
                }
                open.add(Objects.iterate(eval(loops.get(open.size()).iterable(), inner)));
            }
            return false;
        }

        private boolean conditionsHold(Expr.For loop) {
            for (Expr condition : loop.conditions()) {
                if (!Objects.isTrue(eval(condition, inner))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final class Mapped implements Iterator<@Nullable Object> {
        private final Loops loops;
        private final Expr element;
        private boolean advanced;
        private boolean more;

        Mapped(Loops loops, Expr element) {
            this.loops = loops;
            this.element = element;
        }

        @Override
        public boolean hasNext() {
            if (!advanced) {
                more = loops.advance();
                advanced = true;
            }
            return more;
        }

        @Override
        public @Nullable Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            advanced = false;
            return eval(element, loops.inner);
        }
    }

    private static void assign(Expr.Target target, @Nullable Object value, Scope scope) {
        switch (target) {
            case Expr.NameTarget(String id) -> scope.variables.put(id, value);
            case Expr.TupleTarget(List<Expr.Target> items) -> {
                List<@Nullable Object> values = Objects.unpack(value, items.size());
                for (int i = 0; i < items.size(); i++) {
                    assign(items.get(i), values.get(i), scope);
                }
            }
        }
    }

    private @Nullable Object logical(Expr.Logical logical, @Nullable Scope scope) {
        Object value = null;
        for (Expr operand : logical.operands()) {
            value = eval(operand, scope);
            if (Objects.isTrue(value) != logical.and()) {
                return value;
            }
        }
        return value;
    }

    private Object comparison(Expr.Comparison comparison, @Nullable Scope scope) {
        Object left = eval(comparison.first(), scope);
        for (int i = 0; i < comparison.operators().size(); i++) {
            Object right = eval(comparison.others().get(i), scope);
            if (!Operators.compare(comparison.operators().get(i), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private @Nullable Object call(Expr.Call call, @Nullable Scope scope) {
        Object function = eval(call.function(), scope);
        List<@Nullable Object> arguments = new ArrayList<>(call.arguments().size());
        for (Expr argument : call.arguments()) {
            arguments.add(eval(argument, scope));
        }
        Map<String, @Nullable Object> keywords = new LinkedHashMap<>();
        for (int i = 0; i < call.keywords().size(); i++) {
            keywords.put(call.keywords().get(i), eval(call.keywordValues().get(i), scope));
        }
        return switch (function) {
            case Builtins.Builtin builtin
            when builtin.name().equals("locals") -> {
                if (!arguments.isEmpty() || !keywords.isEmpty()) {
                    throw new PythonException(
                            "TypeError", "locals() takes no arguments (" + arguments.size() + " given)");
                }
                yield locals(scope);
            }
            case Builtins.Builtin builtin -> builtin.call(arguments, keywords);
            case Methods.Method method -> method.call(arguments, keywords);
            case null, default ->
                throw new PythonException("TypeError", "'" + PyTypes.name(function) + "' object is not callable");
        };
    }

    /** Returns, in a comprehension, only its own variables, as in Python before 3.12. */
    private Map<@Nullable Object, @Nullable Object> locals(@Nullable Scope scope) {
        Map<@Nullable Object, @Nullable Object> locals = new LinkedHashMap<>();
        if (scope != null) {
            locals.putAll(scope.variables);
            return locals;
        }
        locals.putAll(data);
        if (!data.containsKey("__builtins__")) {
            locals.put("__builtins__", new Builtins.Builtin("__builtins__"));
        }
        return locals;
    }

    private @Nullable Object subscript(@Nullable Object object, Expr index, @Nullable Scope scope) {
        if (index instanceof Expr.Slice(Expr low, Expr high, Expr step)) {
            return Operators.slice(
                    object,
                    low == null ? null : eval(low, scope),
                    high == null ? null : eval(high, scope),
                    step == null ? null : eval(step, scope));
        }
        Object key = eval(index, scope);
        if (object instanceof Map<?, ?> map) {
            Objects.requireHashable(key);
            Object known = PyOperators.findKey(map, key);
            if (PyOperators.MISSING.equals(known)) {
                throw new PythonException("KeyError", PyRepr.repr(key));
            }
            return map.get(known);
        }
        return Operators.item(object, key);
    }
}
