package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The environment that decides adjust rules: dimensions such as {@code distro} or {@code arch}, each with one or more
 * values. Immutable and thread-safe.
 */
public final class Context {
    private static final Context EMPTY = new Context(Map.of(), true);

    private final Map<String, List<ContextValue>> dimensions;
    private final boolean caseSensitive;
    private final Map<String, ContextRule> rules = new ConcurrentHashMap<>();

    private Context(Map<String, List<ContextValue>> dimensions, boolean caseSensitive) {
        this.dimensions = dimensions;
        this.caseSensitive = caseSensitive;
    }

    /** Returns a context without dimensions: every comparison stays undecided. */
    public static Context empty() {
        return EMPTY;
    }

    /**
     * Returns a context with these dimensions. A collection gives the dimension several values; a value that is not a
     * string is converted as by Python's {@code str()} ({@code true} becomes {@code True}).
     */
    public static Context of(Map<String, ?> dimensions) {
        Map<String, List<ContextValue>> parsed = new LinkedHashMap<>();
        dimensions.forEach((name, value) -> {
            Collection<?> values = value instanceof Collection<?> c ? c : Collections.singletonList(value);
            parsed.put(name, values.stream().map(v -> ContextValue.of(text(v))).toList());
        });
        return new Context(parsed, true);
    }

    private static String text(@Nullable Object value) {
        return PyRepr.str(Values.importScalar(value));
    }

    /**
     * Returns the context that a rule such as {@code distro == fedora-40 and arch = x86_64, s390x} describes.
     *
     * @throws ConditionException if it is not a rule, has {@code or}, or has an operator other than {@code ==}
     */
    public static Context parse(String rule) throws ConditionException {
        ContextRule parsed = ContextRule.parse(rule);
        if (parsed.groups().size() != 1) {
            throw new ConditionException(ConditionException.Kind.CONTEXT, "");
        }
        Map<String, List<ContextValue>> dimensions = new LinkedHashMap<>();
        for (ContextRule.Expression expression : parsed.groups().getFirst()) {
            if (!(expression instanceof ContextRule.Comparison comparison)
                    || comparison.operator() != ContextRule.Operator.EQ) {
                throw new ConditionException(ConditionException.Kind.CONTEXT, "");
            }
            dimensions.put(comparison.dimension(), comparison.values());
        }
        return new Context(dimensions, true);
    }

    /**
     * Returns the context that at most one rule describes, see {@link #parse(String)}; an empty context without any.
     *
     * @throws ConditionException also if there are several rules
     */
    public static Context parse(List<String> rules) throws ConditionException {
        if (rules.size() > 1) {
            throw new ConditionException(ConditionException.Kind.CONTEXT, "");
        }
        return rules.isEmpty() ? EMPTY : parse(rules.getFirst());
    }

    /** Returns a context with the same dimensions that compares case-sensitively or not. */
    public Context withCaseSensitive(boolean sensitive) {
        return sensitive == caseSensitive ? this : new Context(dimensions, sensitive);
    }

    /** Returns the values of each dimension, as given. */
    public Map<String, List<String>> dimensions() {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        dimensions.forEach((name, values) ->
                texts.put(name, values.stream().map(ContextValue::text).toList()));
        return Collections.unmodifiableMap(texts);
    }

    /**
     * Decides the {@code when} of an adjust rule: a string, or a Boolean, which is returned as the decision.
     *
     * @throws ConditionException if the text cannot be parsed
     * @throws InvalidValueException if the rule is neither, or a regular expression in it is invalid
     */
    public Decision matches(@Nullable Object rule) throws ConditionException, InvalidValueException {
        if (rule instanceof Boolean constant) {
            return Decision.of(constant);
        }
        if (!(rule instanceof String text)) {
            throw InvalidValueException.explained(
                    "TypeError",
                    "A context rule must be a string or a bool, not '" + PyTypes.qualifiedName(rule) + "'.");
        }
        ContextRule parsed = rules.get(text);
        if (parsed == null) {
            parsed = ContextRule.parse(text);
            rules.put(text, parsed);
        }
        try {
            return decide(parsed);
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }

    private Decision decide(ContextRule rule) {
        boolean undecided = false;
        for (List<ContextRule.Expression> group : rule.groups()) {
            switch (decideAll(group)) {
                case TRUE -> {
                    return Decision.TRUE;
                }
                case FALSE -> {}
                case UNDECIDED -> undecided = true;
            }
        }
        return undecided ? Decision.UNDECIDED : Decision.FALSE;
    }

    private Decision decideAll(List<ContextRule.Expression> group) {
        Decision decision = Decision.TRUE;
        for (ContextRule.Expression expression : group) {
            switch (decide(expression)) {
                case TRUE -> {}
                case FALSE -> {
                    return Decision.FALSE;
                }
                case UNDECIDED -> decision = Decision.UNDECIDED;
            }
        }
        return decision;
    }

    private Decision decide(ContextRule.Expression expression) {
        return switch (expression) {
            case ContextRule.Constant(boolean value) -> Decision.of(value);
            case ContextRule.Defined(String dimension, boolean wanted) ->
                Decision.of(dimensions.containsKey(dimension) == wanted);
            case ContextRule.Comparison comparison -> compare(comparison);
        };
    }

    private Decision compare(ContextRule.Comparison comparison) {
        List<ContextValue> actual = dimensions.get(comparison.dimension());
        if (actual == null) {
            return Decision.UNDECIDED;
        }
        List<Decision> answers = new ArrayList<>();
        for (ContextValue left : actual) {
            for (ContextValue right : comparison.values()) {
                Decision answer = comparison.operator().compare(left, right, caseSensitive);
                if (answer == Decision.TRUE) {
                    return answer;
                }
                answers.add(answer);
            }
        }
        return answers.contains(Decision.FALSE) ? Decision.FALSE : Decision.UNDECIDED;
    }
}
