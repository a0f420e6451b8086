package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.eval.Lexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses Python expressions, as described in <a href="https://docs.python.org/3.11/reference/expressions.html">the
 * language reference</a>, by recursive descent.
 */
final class Parser {
    private static final int MAX_DEPTH = 150;

    /** Evaluating {@code a + b + c} recurses as deep as the chain is long. */
    private static final int MAX_CHAIN = 1000;

    private static final Set<String> KEYWORDS = Set.of(
            "and",
            "as",
            "assert",
            "async",
            "await",
            "break",
            "class",
            "continue",
            "def",
            "del",
            "elif",
            "else",
            "except",
            "finally",
            "for",
            "from",
            "global",
            "if",
            "import",
            "in",
            "is",
            "lambda",
            "nonlocal",
            "not",
            "or",
            "pass",
            "raise",
            "return",
            "try",
            "while",
            "with",
            "yield",
            "None",
            "True",
            "False");

    private static final String[][] BINARY = {{"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "//", "%", "@"}
    };

    private final List<Token> tokens;
    private int at;
    private int depth;
    private int chain;

    private Parser(String source) {
        this.tokens = Lexer.tokens(source);
    }

    /** Parses {@code source} as one expression. */
    static Expr parse(String source) {
        Parser parser = new Parser(source);
        Expr expression = parser.expressionList();
        if (parser.peek().type() != Lexer.Type.END) {
            throw parser.invalid();
        }
        return expression;
    }

    private Token peek() {
        return tokens.get(at);
    }

    private boolean isNext(String text) {
        return peek().is(text);
    }

    private boolean accept(String text) {
        if (isNext(text)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String text) {
        if (!accept(text)) {
            throw invalid();
        }
    }

    private PythonException invalid() {
        if (isNext(":=")) {
            throw new NotSupportedException("an assignment expression");
        }
        return Lexer.syntaxError("invalid syntax");
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw Lexer.syntaxError("too many nested parentheses");
        }
    }

    private void link() {
        if (++chain > MAX_CHAIN) {
            throw new PythonException("RecursionError", "maximum recursion depth exceeded during compilation");
        }
    }

    /** Parses one expression, or a tuple without parentheses. */
    private Expr expressionList() {
        Expr first = expression();
        if (!isNext(",")) {
            return first;
        }
        List<Expr> items = new ArrayList<>(List.of(first));
        while (accept(",")) {
            if (!startsExpression()) {
                break;
            }
            items.add(expression());
        }
        return new Expr.Display(Expr.Kind.TUPLE, items);
    }

    private boolean startsExpression() {
        Token token = peek();
        return switch (token.type()) {
            case END -> false;
            case VALUE -> true;
            case NAME ->
                !KEYWORDS.contains(token.text())
                        || Set.of("None", "True", "False", "not", "lambda", "await")
                                .contains(token.text());
            case OPERATOR -> Set.of("(", "[", "{", "+", "-", "~", "*", "...").contains(token.text());
        };
    }

    private Expr expression() {
        enter();
        if (isNext("lambda")) {
            throw new NotSupportedException("lambda");
        }
        if (isNext("*") || isNext("**")) {
            throw new NotSupportedException("unpacking with " + peek().text());
        }
        Expr value = disjunction();
        if (accept("if")) {
            Expr test = disjunction();
            expect("else");
            value = new Expr.Conditional(test, value, expression());
        }
        depth--;
        return value;
    }

    private Expr disjunction() {
        return logical("or");
    }

    private Expr logical(String operator) {
        Expr first = operator.equals("or") ? logical("and") : inversion();
        if (!isNext(operator)) {
            return first;
        }
        List<Expr> operands = new ArrayList<>(List.of(first));
        while (accept(operator)) {
            operands.add(operator.equals("or") ? logical("and") : inversion());
        }
        return new Expr.Logical(operator.equals("and"), operands);
    }

    private Expr inversion() {
        if (accept("not")) {
            enter();
            Expr operand = inversion();
            depth--;
            return new Expr.Unary("not", operand);
        }
        return comparison();
    }

    private Expr comparison() {
        Expr first = binary(0);
        List<String> operators = new ArrayList<>();
        List<Expr> others = new ArrayList<>();
        for (String operator = comparisonOperator(); operator != null; operator = comparisonOperator()) {
            operators.add(operator);
            others.add(binary(0));
        }
        return operators.isEmpty() ? first : new Expr.Comparison(first, operators, others);
    }

    private @Nullable String comparisonOperator() {
        for (String operator : new String[] {"<", ">", "==", ">=", "<=", "!=", "in"}) {
            if (accept(operator)) {
                return operator;
            }
        }
        if (isNext("not") && tokens.get(at + 1).is("in")) {
            at += 2;
            return "not in";
        }
        if (accept("is")) {
            return accept("not") ? "is not" : "is";
        }
        return null;
    }

    private Expr binary(int level) {
        if (level == BINARY.length) {
            return unary();
        }
        Expr left = binary(level + 1);
        while (true) {
            String found = null;
            for (String operator : BINARY[level]) {
                if (accept(operator)) {
                    found = operator;
                }
            }
            if (found == null) {
                return left;
            }
            link();
            left = new Expr.Binary(found, left, binary(level + 1));
        }
    }

    private Expr unary() {
        for (String operator : new String[] {"+", "-", "~"}) {
            if (accept(operator)) {
                enter();
                Expr operand = unary();
                depth--;
                return new Expr.Unary(operator, operand);
            }
        }
        Expr base = primary();
        if (accept("**")) {
            enter();
            Expr exponent = unary();
            depth--;
            return new Expr.Binary("**", base, exponent);
        }
        return base;
    }

    private Expr primary() {
        if (isNext("await")) {
            throw new NotSupportedException("await");
        }
        Expr value = atom();
        while (true) {
            if (isNext(".") || isNext("(") || isNext("[")) {
                link();
            }
            if (accept(".")) {
                Token name = peek();
                if (name.type() != Lexer.Type.NAME || KEYWORDS.contains(name.text())) {
                    throw invalid();
                }
                at++;
                value = new Expr.Attribute(value, name.text());
            } else if (accept("(")) {
                value = call(value);
            } else if (accept("[")) {
                value = new Expr.Subscript(value, subscript());
                expect("]");
            } else {
                return value;
            }
        }
    }

    private Expr call(Expr function) {
        List<Expr> arguments = new ArrayList<>();
        List<String> keywords = new ArrayList<>();
        List<Expr> keywordValues = new ArrayList<>();
        while (!isNext(")")) {
            Token name = peek();
            if (name.type() == Lexer.Type.NAME
                    && !KEYWORDS.contains(name.text())
                    && tokens.get(at + 1).is("=")) {
                at += 2;
                keywords.add(name.text());
                keywordValues.add(expression());
            } else {
                Expr argument = expression();
                if (isNext("for") || isNext("async")) {
                    argument = new Expr.Comprehension(Expr.Kind.GENERATOR, argument, loops());
                    if (!arguments.isEmpty()
                            || (isNext(",") && !tokens.get(at + 1).is(")"))) {
                        throw Lexer.syntaxError("Generator expression must be parenthesized");
                    }
                }
                if (!keywords.isEmpty()) {
                    throw Lexer.syntaxError("positional argument follows keyword argument");
                }
                arguments.add(argument);
            }
            if (!accept(",")) {
                break;
            }
        }
        expect(")");
        return new Expr.Call(function, arguments, keywords, keywordValues);
    }

    private Expr subscript() {
        Expr first = slice();
        if (!isNext(",")) {
            return first;
        }
        List<Expr> items = new ArrayList<>(List.of(first));
        while (accept(",") && !isNext("]")) {
            items.add(slice());
        }
        return new Expr.Display(Expr.Kind.TUPLE, items);
    }

    private Expr slice() {
        Expr low = isNext(":") ? null : expression();
        if (low != null && !isNext(":")) {
            return low;
        }
        expect(":");
        Expr high = isNext(":") || isNext("]") || isNext(",") ? null : expression();
        Expr step = accept(":") && !isNext("]") && !isNext(",") ? expression() : null;
        return new Expr.Slice(low, high, step);
    }

    private Expr atom() {
        Token token = peek();
        return switch (token.type()) {
            case VALUE -> constant();
            case NAME -> name(token.text());
            case OPERATOR -> enclosure();
            case END -> throw invalid();
        };
    }

    private Expr enclosure() {
        if (accept("(")) {
            return parenthesized();
        }
        if (accept("[")) {
            return bracketed("]", Expr.Kind.LIST);
        }
        if (accept("{")) {
            return braces();
        }
        if (isNext("...")) {
            throw new NotSupportedException("...");
        }
        throw invalid();
    }

    private Expr name(String name) {
        Expr value = switch (name) {
            case "None" -> new Expr.Constant(null);
            case "True" -> new Expr.Constant(true);
            case "False" -> new Expr.Constant(false);
            default -> new Expr.Name(name);
        };
        if (value instanceof Expr.Name && KEYWORDS.contains(name)) {
            throw invalid();
        }
        at++;
        return value;
    }

    private Expr constant() {
        Object value = tokens.get(at++).value();
        if (!(value instanceof String)) {
            return new Expr.Constant(value);
        }
        StringBuilder text = new StringBuilder().append(value);
        while (peek().type() == Lexer.Type.VALUE && peek().value() instanceof String next) {
            text.append(next);
            at++;
        }
        return new Expr.Constant(text.toString());
    }

    private Expr parenthesized() {
        if (accept(")")) {
            return new Expr.Display(Expr.Kind.TUPLE, List.of());
        }
        if (isNext("yield")) {
            throw new NotSupportedException("yield");
        }
        Expr first = expression();
        if (isNext("for") || isNext("async")) {
            first = new Expr.Comprehension(Expr.Kind.GENERATOR, first, loops());
        } else if (isNext(",")) {
            first = new Expr.Display(Expr.Kind.TUPLE, rest(first, ")"));
        }
        expect(")");
        return first;
    }

    private Expr bracketed(String end, Expr.Kind kind) {
        if (accept(end)) {
            return new Expr.Display(kind, List.of());
        }
        Expr first = expression();
        Expr value = isNext("for") || isNext("async")
                ? new Expr.Comprehension(kind, first, loops())
                : new Expr.Display(kind, rest(first, end));
        expect(end);
        return value;
    }

    private List<Expr> rest(Expr first, String end) {
        List<Expr> items = new ArrayList<>(List.of(first));
        while (accept(",") && !isNext(end)) {
            items.add(expression());
        }
        return items;
    }

    private Expr braces() {
        if (accept("}")) {
            return new Expr.DictDisplay(List.of(), List.of());
        }
        int start = at;
        Expr first = expression();
        if (!accept(":")) {
            at = start;
            return bracketed("}", Expr.Kind.SET);
        }
        Expr value = expression();
        if (isNext("for") || isNext("async")) {
            Expr made = new Expr.DictComprehension(first, value, loops());
            expect("}");
            return made;
        }
        List<Expr> keys = new ArrayList<>(List.of(first));
        List<Expr> values = new ArrayList<>(List.of(value));
        while (accept(",") && !isNext("}")) {
            keys.add(expression());
            expect(":");
            values.add(expression());
        }
        expect("}");
        return new Expr.DictDisplay(keys, values);
    }

    private List<Expr.For> loops() {
        List<Expr.For> loops = new ArrayList<>();
        while (true) {
            if (isNext("async")) {
                throw new NotSupportedException("async");
            }
            if (!accept("for")) {
                return loops;
            }
            Expr.Target target = targets();
            expect("in");
            Expr iterable = disjunction();
            List<Expr> conditions = new ArrayList<>();
            while (accept("if")) {
                conditions.add(disjunction());
            }
            loops.add(new Expr.For(target, iterable, conditions));
        }
    }

    private Expr.Target targets() {
        Expr.Target first = target();
        if (!isNext(",")) {
            return first;
        }
        List<Expr.Target> items = new ArrayList<>(List.of(first));
        while (accept(",") && !isNext("in") && !isNext(")") && !isNext("]")) {
            items.add(target());
        }
        return new Expr.TupleTarget(items);
    }

    private Expr.Target target() {
        if (accept("(") || accept("[")) {
            String end = tokens.get(at - 1).is("(") ? ")" : "]";
            enter();
            Expr.Target inner = targets();
            depth--;
            expect(end);
            return inner;
        }
        Token name = peek();
        if (name.type() != Lexer.Type.NAME || KEYWORDS.contains(name.text())) {
            throw invalid();
        }
        at++;
        if (isNext(".") || isNext("[")) {
            throw new NotSupportedException("a loop over something that is not a name");
        }
        return new Expr.NameTarget(name.text());
    }
}
