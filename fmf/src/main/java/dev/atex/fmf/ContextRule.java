package dev.atex.fmf;

import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.regex.PyRegex;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed rule: groups joined by {@code or}, whose expressions are joined by {@code and}. The reference defines the
 * grammar by regular expressions; this class parses by hand, since every start of a program parses rules.
 */
record ContextRule(List<List<Expression>> groups) {
    sealed interface Expression {}

    record Constant(boolean value) implements Expression {}

    record Defined(String dimension, boolean wanted) implements Expression {}

    record Comparison(String dimension, Operator operator, List<ContextValue> values) implements Expression {}

    /** The operators, in the order in which they are tried. */
    enum Operator {
        LT("<", false, true),
        MINOR_LT("~<", true, true),
        LE("<=", false, true),
        MINOR_LE("~<=", true, true),
        EQ("==", false, false),
        MINOR_EQ("~=", true, false),
        NE("!=", false, false),
        MINOR_NE("~!=", true, false),
        GE(">=", false, true),
        MINOR_GE("~>=", true, true),
        GT(">", false, true),
        MINOR_GT("~>", true, true),
        MATCH("~", false, false),
        NOT_MATCH("!~", false, false);

        private final String symbol;
        private final boolean minor;
        private final boolean ordered;

        Operator(String symbol, boolean minor, boolean ordered) {
            this.symbol = symbol;
            this.minor = minor;
            this.ordered = ordered;
        }

        Decision compare(ContextValue left, ContextValue right, boolean caseSensitive) {
            if (this == MATCH || this == NOT_MATCH) {
                boolean found = PyRegex.compile(right.text()).search(left.text());
                return Decision.of(found == (this == MATCH));
            }
            int order = left.compare(right, minor, ordered, caseSensitive);
            if (order == ContextValue.UNDECIDED) {
                return Decision.UNDECIDED;
            }
            return Decision.of(
                    switch (this) {
                        case LT, MINOR_LT -> order < 0;
                        case LE, MINOR_LE -> order <= 0;
                        case EQ, MINOR_EQ -> order == 0;
                        case NE, MINOR_NE -> order != 0;
                        case GE, MINOR_GE -> order >= 0;
                        case GT, MINOR_GT -> order > 0;
                        case MATCH, NOT_MATCH -> throw new IllegalStateException();
                    });
        }
    }

    private static final Operator[] OPERATORS = Operator.values();

    static ContextRule parse(String text) throws ConditionException {
        String rule = withDoubleEquals(text);
        List<List<Expression>> groups = new ArrayList<>(1);
        for (String alternative : splitAtWord(rule, "or")) {
            if (alternative.isEmpty()) {
                throw new ConditionException(ConditionException.Kind.RULE, "Empty OR expression in " + rule + ".");
            }
            List<Expression> group = new ArrayList<>(2);
            for (String part : splitAtWord(alternative, "and")) {
                String expression = PyText.strip(part);
                if (expression.isEmpty()) {
                    throw new ConditionException(ConditionException.Kind.RULE, "Empty AND expression in " + rule + ".");
                }
                group.add(parseExpression(expression));
            }
            groups.add(group);
        }
        return new ContextRule(groups);
    }

    /** Replaces single {@code =} by {@code ==}, which means the same. */
    private static String withDoubleEquals(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c);
            boolean single = c == '='
                    && (i == 0 || "=!~<>".indexOf(text.charAt(i - 1)) < 0)
                    && (i + 1 == text.length() || text.charAt(i + 1) != '=');
            if (single) {
                out.append('=');
            }
        }
        return out.toString();
    }

    /** Splits at a whole word anywhere: {@code foo-and-bar} is split too. */
    private static List<String> splitAtWord(String text, String word) {
        List<String> parts = new ArrayList<>(2);
        int start = 0;
        for (int i = text.indexOf(word); i >= 0; i = text.indexOf(word, i + 1)) {
            int end = i + word.length();
            boolean whole = i >= start
                    && (i == 0 || !PyText.isWord(text.codePointBefore(i)))
                    && (end == text.length() || !PyText.isWord(text.codePointAt(end)));
            if (whole) {
                parts.add(text.substring(start, i));
                start = end;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Expression parseExpression(String text) throws ConditionException {
        if (text.startsWith("true")) {
            return new Constant(true);
        }
        if (text.startsWith("false")) {
            return new Constant(false);
        }
        int nameEnd = 0;
        while (nameEnd < text.length() && (text.charAt(nameEnd) == '-' || PyText.isWord(text.codePointAt(nameEnd)))) {
            nameEnd += Character.charCount(text.codePointAt(nameEnd));
        }
        if (nameEnd > 0) {
            int rest = skipSpace(text, nameEnd);
            Expression expression = parseComparison(text, nameEnd, rest);
            if (expression == null) {
                expression = parseDefined(text, nameEnd, rest);
            }
            if (expression != null) {
                return expression;
            }
        }
        throw new ConditionException(ConditionException.Kind.RULE, "Cannot parse expression '" + text + "'.");
    }

    private static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && PyText.isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static @Nullable Expression parseComparison(String text, int nameEnd, int at) {
        for (Operator operator : OPERATORS) {
            if (!text.startsWith(operator.symbol, at)) {
                continue;
            }
            int end = at + operator.symbol.length();
            int start = skipSpace(text, end);
            if (start == text.length() || text.charAt(start) == '=') {
                // The value must not begin with '=', but the blank before it may be part of it.
                if (start == end) {
                    continue;
                }
                start--;
            }
            int lineEnd = text.indexOf('\n', start + 1);
            String values = text.substring(start, lineEnd < 0 ? text.length() : lineEnd);
            List<ContextValue> parsed = new ArrayList<>(1);
            for (String value : PyText.split(values, ',')) {
                parsed.add(ContextValue.of(PyText.strip(value)));
            }
            return new Comparison(text.substring(0, nameEnd), operator, parsed);
        }
        return null;
    }

    private static @Nullable Expression parseDefined(String text, int nameEnd, int at) {
        // Without a blank in between, the name gives back the characters it took too many.
        for (int end = nameEnd, from = at; end > 0; from = --end) {
            if (text.startsWith("is defined", from)) {
                return new Defined(text.substring(0, end), true);
            }
            if (text.startsWith("is not defined", from)) {
                return new Defined(text.substring(0, end), false);
            }
        }
        return null;
    }
}
