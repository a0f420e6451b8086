package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PythonException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a Python expression into tokens. */
final class Lexer {
    enum Type {
        NAME,
        VALUE,
        OPERATOR,
        END
    }

    /**
     * A token.
     *
     * @param text the name or operator
     * @param value the value of a number or string
     */
    record Token(Type type, String text, @Nullable Object value) {
        boolean is(String operatorOrKeyword) {
            return (type == Type.OPERATOR || type == Type.NAME) && text.equals(operatorOrKeyword);
        }
    }

    /** The operators, longer ones before their prefixes. */
    private static final String[] OPERATORS = {
        "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", "+=", "-=", "*=", "/=",
        "%=", "&=", "|=", "^=", "@=", ":=", "+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", "(", ")", "[",
        "]", "{", "}", ",", ":", ".", ";", "=",
    };

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private final StringBuilder brackets = new StringBuilder();
    private int at;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String source) {
        Lexer lexer = new Lexer(source);
        lexer.run();
        return lexer.tokens;
    }

    static PythonException syntaxError(String message) {
        return new PythonException("SyntaxError", message + " (<string>, line 1)");
    }

    private void run() {
        boolean lineEnded = false;
        while (skipBlanks()) {
            char c = source.charAt(at);
            if (c == '\n' || c == '\r') {
                at++;
                lineEnded |= brackets.isEmpty() && !tokens.isEmpty();
                continue;
            }
            if (lineEnded) {
                throw syntaxError("invalid syntax");
            }
            token(c);
        }
        if (!brackets.isEmpty()) {
            throw syntaxError("'" + brackets.charAt(brackets.length() - 1) + "' was never closed");
        }
        tokens.add(new Token(Type.END, "", null));
    }

    private boolean skipBlanks() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '#') {
                int end = source.indexOf('\n', at);
                at = end < 0 ? source.length() : end;
            } else if (c == '\\' && at + 1 < source.length() && source.charAt(at + 1) == '\n') {
                at += 2;
            } else if (c == ' ' || c == '\t' || c == '\f') {
                at++;
            } else {
                return true;
            }
        }
        return false;
    }

    private void token(char c) {
        if (isDigit(c) || (c == '.' && at + 1 < source.length() && isDigit(source.charAt(at + 1)))) {
            number();
        } else if (c == '\'' || c == '"') {
            string("");
        } else if (PyText.isWord(source.codePointAt(at))) {
            name();
        } else {
            operator();
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void name() {
        int start = at;
        while (at < source.length() && PyText.isWord(source.codePointAt(at))) {
            at += Character.charCount(source.codePointAt(at));
        }
        String name = source.substring(start, at);
        boolean quote = at < source.length() && (source.charAt(at) == '\'' || source.charAt(at) == '"');
        String prefix = PyText.lower(name);
        if (quote && (prefix.equals("r") || prefix.equals("u"))) {
            string(prefix);
        } else if (quote && prefix.length() <= 2 && prefix.chars().allMatch(c -> "rbf".indexOf(c) >= 0)) {
            throw new NotSupportedException(prefix.contains("f") ? "an f-string" : "a bytes literal");
        } else {
            tokens.add(new Token(Type.NAME, name, null));
        }
    }

    private void operator() {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                at += operator.length();
                bracket(operator.charAt(0), operator.length());
                tokens.add(new Token(Type.OPERATOR, operator, null));
                return;
            }
        }
        throw syntaxError("invalid syntax");
    }

    private void bracket(char c, int length) {
        if (length == 1 && "([{".indexOf(c) >= 0) {
            brackets.append(c);
        } else if (length == 1 && ")]}".indexOf(c) >= 0) {
            int last = brackets.length() - 1;
            if (last < 0) {
                throw syntaxError("unmatched '" + c + "'");
            }
            char opening = brackets.charAt(last);
            if ("([{".indexOf(opening) != ")]}".indexOf(c)) {
                throw syntaxError(
                        "closing parenthesis '" + c + "' does not match opening parenthesis '" + opening + "'");
            }
            brackets.setLength(last);
        }
    }

    private void number() {
        int start = at;
        if (source.charAt(at) == '0' && at + 1 < source.length()) {
            int radix = switch (source.charAt(at + 1)) {
                case 'x', 'X' -> 16;
                case 'o', 'O' -> 8;
                case 'b', 'B' -> 2;
                default -> 10;
            };
            if (radix != 10) {
                at += 2;
                String digits = digits(radix);
                if (digits.isEmpty()) {
                    throw syntaxError("invalid number literal");
                }
                endNumber(PyNumbers.parseDigits(digits, radix));
                return;
            }
        }
        String whole = digits(10);
        boolean real = false;
        if (at < source.length() && source.charAt(at) == '.') {
            real = true;
            at++;
            digits(10);
        }
        if (exponentFollows()) {
            real = true;
            at += 2;
            digits(10);
        }
        if (at < source.length() && (source.charAt(at) == 'j' || source.charAt(at) == 'J')) {
            throw new NotSupportedException("a complex number");
        }
        if (real) {
            Double value = PyNumbers.parseFloat(source.substring(start, at));
            if (value == null) {
                throw syntaxError("invalid decimal literal");
            }
            endNumber(value);
        } else {
            if (whole.length() > 1 && whole.charAt(0) == '0' && !whole.chars().allMatch(c -> c == '0')) {
                throw syntaxError("leading zeros in decimal integer literals are not permitted; "
                        + "use an 0o prefix for octal integers");
            }
            endNumber(PyNumbers.parseDigits(whole, 10));
        }
    }

    private boolean exponentFollows() {
        if (at + 1 >= source.length() || (source.charAt(at) != 'e' && source.charAt(at) != 'E')) {
            return false;
        }
        char next = source.charAt(at + 1);
        return isDigit(next)
                || ((next == '+' || next == '-') && at + 2 < source.length() && isDigit(source.charAt(at + 2)));
    }

    private String digits(int radix) {
        StringBuilder digits = new StringBuilder();
        boolean underscore = false;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '_' && !underscore && (!digits.isEmpty() || radix != 10)) {
                underscore = true;
            } else if (c < 0x80 && Character.digit(c, radix) >= 0) {
                digits.append(c);
                underscore = false;
            } else {
                break;
            }
            at++;
        }
        if (underscore) {
            throw syntaxError("invalid decimal literal");
        }
        return digits.toString();
    }

    /** Ends a number: a keyword may follow directly, another name may not. */
    private void endNumber(Object value) {
        int end = at;
        while (end < source.length() && PyText.isWord(source.codePointAt(end))) {
            end += Character.charCount(source.codePointAt(end));
        }
        if (end > at
                && !List.of("and", "else", "for", "if", "in", "is", "not", "or").contains(source.substring(at, end))) {
            throw syntaxError("invalid decimal literal");
        }
        tokens.add(new Token(Type.VALUE, "", value));
    }

    private void string(String prefix) {
        char quote = source.charAt(at);
        String triple = String.valueOf(quote).repeat(3);
        boolean multiline = source.startsWith(triple, at);
        String end = multiline ? triple : String.valueOf(quote);
        at += end.length();
        StringBuilder text = new StringBuilder();
        while (true) {
            if (at >= source.length() || (!multiline && source.charAt(at) == '\n')) {
                throw syntaxError(
                        multiline ? "unterminated triple-quoted string literal" : "unterminated string literal");
            }
            if (source.startsWith(end, at)) {
                at += end.length();
                break;
            }
            char c = source.charAt(at++);
            if (c != '\\' || at >= source.length()) {
                text.append(c);
            } else if (prefix.equals("r")) {
                text.append(c).append(source.charAt(at++));
            } else {
                escape(text);
            }
        }
        tokens.add(new Token(Type.VALUE, "", text.toString()));
    }

    private void escape(StringBuilder text) {
        char c = source.charAt(at++);
        switch (c) {
            case '\n' -> {}
            case '\\', '\'', '"' -> text.append(c);
            case 'a' -> text.append('\u0007');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'v' -> text.append('\u000b');
            case 'x' -> text.appendCodePoint(hex(2));
            case 'u' -> text.appendCodePoint(hex(4));
            case 'U' -> text.appendCodePoint(hex(8));
            case 'N' -> throw new NotSupportedException("\\N in a string");
            default -> {
                if (c >= '0' && c <= '7') {
                    int value = c - '0';
                    for (int i = 0; i < 2 && at < source.length() && octal(source.charAt(at)); i++) {
                        value = value * 8 + source.charAt(at++) - '0';
                    }
                    text.append((char) value);
                } else {
                    text.append('\\').append(c);
                }
            }
        }
    }

    private static boolean octal(char c) {
        return c >= '0' && c <= '7';
    }

    private int hex(int length) {
        int end = at;
        while (end < source.length() && end < at + length && Character.digit(source.charAt(end), 16) >= 0) {
            end++;
        }
        if (end - at != length || Long.parseLong(source.substring(at, end), 16) > Character.MAX_CODE_POINT) {
            throw syntaxError("(unicode error) 'unicodeescape' codec can't decode bytes: truncated escape");
        }
        int value = Integer.parseInt(source.substring(at, end), 16);
        at = end;
        return value;
    }
}
