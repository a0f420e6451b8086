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
 * The circumstances that adjust rules are decided by: dimensions, such as {@code distro} or {@code arch}, with one or
 * more values each. Immutable and thread-safe.
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

    /** A context without dimensions: whatever compares one stays undecided. */
    public static Context empty() {
        return EMPTY;
    }

    /**
     * The context with these dimensions. A value that is a collection gives the dimension all values in it; anything
     * else than strings is taken by its text in Python ({@code true} is {@code True}).
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
     * The context that a rule such as {@code distro == fedora-40 and arch = x86_64, s390x} describes.
     *
     * @throws ConditionException when the rule has {@code or}, or an operator that is not {@code ==}
     * @throws ConditionException when it is no rule at all
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
     * The context that the rules describe, which must be one, see {@link #parse(String)}; empty without any.
     *
     * @throws ConditionException also when there are several rules
     */
    public static Context parse(List<String> rules) throws ConditionException {
        if (rules.size() > 1) {
            throw new ConditionException(ConditionException.Kind.CONTEXT, "");
        }
        return rules.isEmpty() ? EMPTY : parse(rules.getFirst());
    }

    /** The same dimensions, compared with or without regard to upper and lower case. */
    public Context withCaseSensitive(boolean sensitive) {
        return sensitive == caseSensitive ? this : new Context(dimensions, sensitive);
    }

    /** The values of each dimension, as they were given. */
    public Map<String, List<String>> dimensions() {
        Map<String, List<String>> texts = new LinkedHashMap<>();
        dimensions.forEach((name, values) ->
                texts.put(name, values.stream().map(ContextValue::text).toList()));
        return Collections.unmodifiableMap(texts);
    }

    /**
     * Decides a rule, as the {@code when} of an adjust rule has it: a text, or a Boolean, which is its own answer.
     *
     * @throws ConditionException when the text cannot be parsed
     * @throws InvalidValueException when the rule is neither, or has a mistake in a regular expression
     */
    public Decision matches(@Nullable Object rule) throws ConditionException, InvalidValueException {
        if (rule instanceof Boolean constant) {
            return Decision.of(constant);
        }
        if (!(rule instanceof String text)) {
            throw new InvalidValueException(
                    "TypeError", "expected string or bytes-like object, got '" + PyTypes.qualifiedName(rule) + "'");
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
