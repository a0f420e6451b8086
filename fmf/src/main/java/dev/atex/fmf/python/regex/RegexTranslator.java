package dev.atex.fmf.python.regex;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PythonException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates one regular expression of Python's {@code re} into the syntax of {@link java.util.regex.Pattern}.
 *
 * <p>Nothing depends on flags of the Java pattern: the classes, anchors and the dot are written out with the meaning
 * that Python gives them. Mistakes are found here, with Python's messages.
 */
final class RegexTranslator {
    private static final int MAX_DEPTH = 200;
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final int IGNORE_CASE = 1;
    private static final int MULTI_LINE = 2;
    private static final int DOT_ALL = 4;
    private static final int VERBOSE = 8;
    private static final int ASCII = 16;
    private static final int UNICODE = 32;

    private static final String WORD = "\\p{L}\\p{N}_";
    private static final String SPACE =
            "\\x09-\\x0d\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

    /** How many characters something matches, at least and at most. */
    private record Width(int min, int max) {
        static final Width ZERO = new Width(0, 0);
        static final Width ONE = new Width(1, 1);

        Width then(Width next) {
            return new Width(add(min, next.min), add(max, next.max));
        }

        Width or(Width other) {
            return new Width(Math.min(min, other.min), Math.max(max, other.max));
        }

        Width times(int low, int high) {
            return new Width(multiply(min, low), multiply(max, high));
        }

        private static int add(int a, int b) {
            return (int) Math.min(UNBOUNDED, (long) a + b);
        }

        private static int multiply(int a, int b) {
            return a == 0 || b == 0 ? 0 : (int) Math.min(UNBOUNDED, (long) a * b);
        }
    }

    private final String source;
    private final boolean conditional;
    private final StringBuilder out = new StringBuilder();
    private final Map<String, Integer> names = new HashMap<>();
    /** Java's number of group n at index n; 0 for the whole match. */
    private final List<Integer> javaNumbers = new ArrayList<>(List.of(0));
    /** Java's number of the empty group that ends group n; 0 while it is open. */
    private final List<Integer> markers = new ArrayList<>(List.of(0));

    private final List<Width> widths = new ArrayList<>(List.of(Width.ZERO));
    private int javaGroups;
    private int at;
    private int flags;
    private int depth;

    RegexTranslator(String source) {
        this.source = source;
        this.conditional = source.contains("(?(");
    }

    static PythonException error(String message) {
        return new PythonException("error", message);
    }

    private PythonException errorAt(String message, int position) {
        return error(message + " at position " + source.codePointCount(0, Math.min(position, source.length())));
    }

    static boolean isIdentifier(String name) {
        if (name.isEmpty() || (!Character.isUnicodeIdentifierStart(name.codePointAt(0)) && name.charAt(0) != '_')) {
            return false;
        }
        return name.codePoints().allMatch(c -> PyText.isWord(c) || Character.isUnicodeIdentifierPart(c));
    }

    RegexTranslator translate() {
        readGlobalFlags();
        String scope = caseFlag(0, flags);
        out.append(scope);
        alternation();
        if (at < source.length()) {
            throw errorAt("unbalanced parenthesis", at);
        }
        if (!scope.isEmpty()) {
            out.append(')');
        }
        return this;
    }

    String java() {
        return out.toString();
    }

    int groups() {
        return javaNumbers.size() - 1;
    }

    int group(String name) {
        return names.getOrDefault(name, -1);
    }

    int javaGroup(int number) {
        return javaNumbers.get(number);
    }

    private int peek() {
        return at < source.length() ? source.charAt(at) : -1;
    }

    private boolean accept(char c) {
        if (peek() == c) {
            at++;
            return true;
        }
        return false;
    }

    private int next() {
        int c = source.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Flags for the whole expression may stand only at its start; there may be several. */
    private void readGlobalFlags() {
        while (source.startsWith("(?", at)) {
            int end = at + 2;
            int found = 0;
            while (end < source.length() && "aiLmsux".indexOf(source.charAt(end)) >= 0) {
                found |= flag(source.charAt(end++));
            }
            if (end == at + 2 || end >= source.length() || source.charAt(end) != ')') {
                return;
            }
            checkTypeFlags(found);
            flags |= found;
            at = end + 1;
        }
    }

    private int flag(char c) {
        return switch (c) {
            case 'i' -> IGNORE_CASE;
            case 'm' -> MULTI_LINE;
            case 's' -> DOT_ALL;
            case 'x' -> VERBOSE;
            case 'a' -> ASCII;
            case 'u' -> UNICODE;
            case 'L' -> throw errorAt("bad inline flags: cannot use 'L' flag with a str pattern", at);
            default -> throw errorAt("unknown flag", at);
        };
    }

    private void checkTypeFlags(int found) {
        if ((found & ASCII) != 0 && (found & UNICODE) != 0) {
            throw errorAt("bad inline flags: flags 'a', 'u' and 'L' are incompatible", at);
        }
    }

    /** Opens the Java group that changes case sensitivity from {@code before} to {@code after}, if it changes. */
    private static String caseFlag(int before, int after) {
        if (((before ^ after) & IGNORE_CASE) == 0) {
            return "";
        }
        return (after & IGNORE_CASE) != 0 ? "(?iu:" : "(?-i:";
    }

    private Width alternation() {
        if (++depth > MAX_DEPTH) {
            throw error("the expression is nested too deeply");
        }
        Width width = sequence();
        while (accept('|')) {
            out.append('|');
            width = width.or(sequence());
        }
        depth--;
        return width;
    }

    private Width sequence() {
        Width width = Width.ZERO;
        while (true) {
            skipIgnored();
            int c = peek();
            if (c < 0 || c == '|' || c == ')') {
                return width;
            }
            width = width.then(item());
        }
    }

    /** Comments stand for nothing, nor does white space when the flag for it is set. */
    private void skipIgnored() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (source.startsWith("(?#", at)) {
                int end = source.indexOf(')', at);
                if (end < 0) {
                    throw errorAt("missing ), unterminated comment", at);
                }
                at = end + 1;
            } else if (has(VERBOSE) && c == '#') {
                int end = source.indexOf('\n', at);
                at = end < 0 ? source.length() : end + 1;
            } else if (has(VERBOSE) && " \t\n\r\u000b\f".indexOf(c) >= 0) {
                at++;
            } else {
                return;
            }
        }
    }

    /** One atom and what repeats it. */
    private Width item() {
        int start = at;
        int c = next();
        boolean repeatable = true;
        Width width;
        switch (c) {
            case '.' -> {
                out.append(has(DOT_ALL) ? "(?s:.)" : "[^\\n]");
                width = Width.ONE;
            }
            case '^' -> {
                out.append(has(MULTI_LINE) ? "(?<![^\\n])" : "^");
                width = Width.ZERO;
                repeatable = false;
            }
            case '$' -> {
                out.append(has(MULTI_LINE) ? "(?![^\\n])" : "(?=\\n?\\z)");
                width = Width.ZERO;
                repeatable = false;
            }
            case '[' -> {
                characterClass(start);
                width = Width.ONE;
            }
            case '(' -> {
                width = group(start);
            }
            case '\\' -> {
                int escaped = peek();
                width = escape(start);
                repeatable = "AZbB".indexOf(escaped) < 0;
            }
            case '*', '+', '?' -> throw errorAt("nothing to repeat", start);
            case '{' -> {
                at = start;
                if (readRepeat() != null) {
                    throw errorAt("nothing to repeat", start);
                }
                at = start + 1;
                literal('{');
                width = Width.ONE;
            }
            default -> {
                literal(c);
                width = Width.ONE;
            }
        }
        return repeated(width, repeatable);
    }

    private record Repeat(int min, int max) {
        String java() {
            if (max == UNBOUNDED) {
                return min == 0 ? "*" : min == 1 ? "+" : "{" + min + ",}";
            }
            return min == 0 && max == 1 ? "?" : "{" + min + "," + max + "}";
        }
    }

    private Width repeated(Width width, boolean repeatable) {
        skipIgnored();
        int start = at;
        Repeat repeat = readRepeat();
        if (repeat == null) {
            return width;
        }
        if (!repeatable) {
            throw errorAt("nothing to repeat", start);
        }
        out.append(repeat.java());
        if (accept('?')) {
            out.append('?');
        } else if (accept('+')) {
            out.append('+');
        }
        skipIgnored();
        int again = at;
        if (readRepeat() != null) {
            throw errorAt("multiple repeat", again);
        }
        return width.times(repeat.min, repeat.max);
    }

    /** Reads what repeats the item before it; null, with nothing read, when there is no such thing. */
    private @Nullable Repeat readRepeat() {
        int start = at;
        return switch (peek()) {
            case '*' -> {
                at++;
                yield new Repeat(0, UNBOUNDED);
            }
            case '+' -> {
                at++;
                yield new Repeat(1, UNBOUNDED);
            }
            case '?' -> {
                at++;
                yield new Repeat(0, 1);
            }
            case '{' -> {
                at++;
                if (peek() == '}') {
                    at = start;
                    yield null;
                }
                String low = digits();
                String high = accept(',') ? digits() : low;
                if (!accept('}')) {
                    at = start;
                    yield null;
                }
                int min = low.isEmpty() ? 0 : bound(low);
                int max = high.isEmpty() ? UNBOUNDED : bound(high);
                if (max < min) {
                    throw errorAt("min repeat greater than max repeat", start);
                }
                yield new Repeat(min, max);
            }
            default -> null;
        };
    }

    private int bound(String digits) {
        if (digits.length() > 9) {
            throw new PythonException("OverflowError", "the repetition number is too large");
        }
        return Integer.parseInt(digits);
    }

    private String digits() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        return source.substring(start, at);
    }

    private void literal(int c) {
        if (c < 0x80 && !Character.isLetterOrDigit(c) && c > ' ') {
            out.append('\\');
        }
        out.appendCodePoint(c);
    }

    /** What an opening parenthesis starts. */
    private Width group(int start) {
        if (!accept('?')) {
            return capture(start, null);
        }
        if (at >= source.length()) {
            throw errorAt("unexpected end of pattern", at);
        }
        int c = next();
        return switch (c) {
            case 'P' -> {
                yield namedGroup(start);
            }
            case ':' -> {
                yield bracketed("(?:", start);
            }
            case '>' -> {
                yield bracketed("(?>", start);
            }
            case '=' -> {
                bracketed("(?=", start);
                yield Width.ZERO;
            }
            case '!' -> {
                bracketed("(?!", start);
                yield Width.ZERO;
            }
            case '<' -> {
                lookBehind(start);
                yield Width.ZERO;
            }
            case '(' -> {
                yield conditional(start);
            }
            default -> {
                at -= Character.charCount(c);
                yield flagGroup(start);
            }
        };
    }

    private Width capture(int start, @Nullable String name) {
        int number = javaNumbers.size();
        javaNumbers.add(++javaGroups);
        markers.add(0);
        widths.add(Width.ZERO);
        if (name != null && names.putIfAbsent(name, number) != null) {
            throw errorAt(
                    "redefinition of group name " + PyRepr.repr(name) + " as group " + number + "; was group "
                            + names.get(name),
                    start);
        }
        out.append('(');
        int before = flags;
        Width width = alternation();
        flags = before;
        if (conditional) {
            out.append("()");
            markers.set(number, ++javaGroups);
        } else {
            markers.set(number, -1);
        }
        close(start);
        widths.set(number, width);
        return width;
    }

    private void close(int start) {
        if (!accept(')')) {
            throw errorAt("missing ), unterminated subpattern", start);
        }
        out.append(')');
    }

    private Width bracketed(String opening, int start) {
        out.append(opening);
        int before = flags;
        Width width = alternation();
        flags = before;
        close(start);
        return width;
    }

    private void lookBehind(int start) {
        int c = at < source.length() ? next() : -1;
        if (c != '=' && c != '!') {
            throw errorAt("unknown extension ?<" + (c < 0 ? "" : Character.toString(c)), start + 1);
        }
        Width width = bracketed(c == '=' ? "(?<=" : "(?<!", start);
        if (width.min != width.max) {
            throw error("look-behind requires fixed-width pattern");
        }
    }

    private Width namedGroup(int start) {
        if (accept('<')) {
            return capture(start, name('>'));
        }
        if (accept('=')) {
            String name = name(')');
            Integer number = names.get(name);
            if (number == null) {
                throw errorAt("unknown group name " + PyRepr.repr(name), start);
            }
            return backReference(number, start);
        }
        if (at >= source.length()) {
            throw errorAt("unexpected end of pattern", at);
        }
        throw errorAt("unknown extension ?P" + Character.toString(next()), start + 1);
    }

    private String name(char terminator) {
        int end = source.indexOf(terminator, at);
        if (end < 0) {
            throw errorAt("missing " + terminator + ", unterminated name", at);
        }
        String name = source.substring(at, end);
        if (name.isEmpty()) {
            throw errorAt("missing group name", at);
        }
        if (!isIdentifier(name)) {
            throw errorAt("bad character in group name " + PyRepr.repr(name), at);
        }
        at = end + 1;
        return name;
    }

    /** {@code (?(group)yes|no)}: an empty group at the end of the named one tells whether that took part. */
    private Width conditional(int start) {
        int end = source.indexOf(')', at);
        if (end < 0) {
            throw errorAt("missing ), unterminated name", at);
        }
        String name = source.substring(at, end);
        Integer number = isIdentifier(name)
                ? names.get(name)
                : name.chars().allMatch(c -> c >= '0' && c <= '9') && !name.isEmpty() && name.length() < 6
                        ? Integer.valueOf(name)
                        : null;
        if (number == null) {
            throw errorAt(
                    (isIdentifier(name) ? "unknown group name " : "bad character in group name ") + PyRepr.repr(name),
                    at);
        }
        if (number == 0) {
            throw errorAt("bad group number", at);
        }
        if (number >= markers.size() || markers.get(number) <= 0) {
            throw errorAt("invalid group reference " + number, at);
        }
        at = end + 1;
        int marker = markers.get(number);
        out.append("(?:(?=\\").append(marker).append(')');
        Width width = sequence();
        out.append("|(?!\\").append(marker).append(')');
        width = width.or(accept('|') ? sequence() : Width.ZERO);
        if (peek() == '|') {
            throw errorAt("conditional backref with more than two branches", at);
        }
        close(start);
        return width;
    }

    private Width flagGroup(int start) {
        int set = 0;
        int cleared = 0;
        while (peek() >= 0 && "aiLmsux".indexOf(peek()) >= 0) {
            set |= flag(source.charAt(at++));
        }
        checkTypeFlags(set);
        if (accept(')')) {
            throw errorAt("global flags not at the start of the expression", start);
        }
        if (accept('-')) {
            while (peek() >= 0 && "imsx".indexOf(peek()) >= 0) {
                cleared |= flag(source.charAt(at++));
            }
            if (cleared == 0) {
                throw errorAt("missing flag", at);
            }
            if ((set & cleared) != 0) {
                throw errorAt("bad inline flags: flag turned on and off", at);
            }
        }
        if (!accept(':')) {
            throw at >= source.length()
                    ? errorAt(set == 0 && cleared == 0 ? "unexpected end of pattern" : "missing -, : or )", at)
                    : errorAt(
                            set == 0 && cleared == 0
                                    ? "unknown extension ?" + Character.toString(source.codePointAt(at))
                                    : "missing -, : or )",
                            start + 1);
        }
        int before = flags;
        if ((set & (ASCII | UNICODE)) != 0) {
            flags &= ~(ASCII | UNICODE);
        }
        flags = (flags | set) & ~cleared;
        String scope = caseFlag(before, flags);
        Width width = bracketed(scope.isEmpty() ? "(?:" : scope, start);
        flags = before;
        return width;
    }

    private Width backReference(int number, int start) {
        if (number >= javaNumbers.size()) {
            throw errorAt("invalid group reference " + number, start + 1);
        }
        if (markers.get(number) == 0) {
            throw errorAt("cannot refer to an open group", start);
        }
        out.append("(?:\\").append(javaNumbers.get(number)).append(')');
        return widths.get(number);
    }

    private Width escape(int start) {
        if (at >= source.length()) {
            throw errorAt("bad escape (end of pattern)", start);
        }
        int c = next();
        switch (c) {
            case 'A' -> out.append("\\A");
            case 'Z' -> out.append("\\z");
            case 'b' -> {
                String word = "[" + word() + "]";
                String before = behind();
                out.append("(?:(?<=" + before + ")(?!" + word + ")|(?<!" + before + ")(?=" + word + "))");
            }
            case 'B' -> {
                String word = "[" + word() + "]";
                String before = behind();
                out.append("(?:(?!\\A\\z)(?:(?<=" + before + ")(?=" + word + ")|(?<!" + before + ")(?!" + word + ")))");
            }
            case 'd', 's', 'w' -> {
                out.append('[').append(category(c)).append(']');
                return Width.ONE;
            }
            case 'D', 'S', 'W' -> {
                out.append("[^").append(category(Character.toLowerCase(c))).append(']');
                return Width.ONE;
            }
            default -> {
                if (c >= '1' && c <= '9') {
                    return numberedEscape(c, start);
                }
                literal(character(c, start));
                return Width.ONE;
            }
        }
        return Width.ZERO;
    }

    private Width numberedEscape(int first, int start) {
        if (peek() >= '0' && peek() <= '9') {
            int second = next();
            if (first <= '7' && second <= '7' && peek() >= '0' && peek() <= '7') {
                int value = (first - '0') * 64 + (second - '0') * 8 + (next() - '0');
                if (value > 0xff) {
                    throw errorAt(
                            "octal escape value " + source.substring(start, at) + " outside of range 0-0o377", start);
                }
                literal(value);
                return Width.ONE;
            }
            return backReference((first - '0') * 10 + second - '0', start);
        }
        return backReference(first - '0', start);
    }

    /** The word class for looking back: Java looks back over two chars only if it meets such a character. */
    private String behind() {
        return has(ASCII) ? "[" + word() + "]" : "[" + word() + "\ud835\udc00]";
    }

    private String word() {
        return has(ASCII) ? "a-zA-Z0-9_" : WORD;
    }

    private String category(int c) {
        return switch (c) {
            case 'd' -> has(ASCII) ? "0-9" : "\\p{Nd}";
            case 's' -> has(ASCII) ? "\\x09-\\x0d\\x20" : SPACE;
            default -> word();
        };
    }

    /** The character that an escape stands for which is neither a class, nor an anchor, nor a reference. */
    private int character(int c, int start) {
        return switch (c) {
            case 'a' -> 0x07;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            case 'x' -> hex(2, start);
            case 'u' -> hex(4, start);
            case 'U' -> hex(8, start);
            case 'N' -> named(start);
            case '0' -> {
                int value = 0;
                for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; i++) {
                    value = value * 8 + next() - '0';
                }
                yield value;
            }
            default -> {
                if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '1' && c <= '9')) {
                    throw errorAt("bad escape \\" + Character.toString(c), start);
                }
                yield c;
            }
        };
    }

    private int hex(int length, int start) {
        int end = at;
        while (end < source.length() && end < at + length && Character.digit(source.charAt(end), 16) >= 0) {
            end++;
        }
        if (end - at != length) {
            throw errorAt("incomplete escape " + source.substring(start, end), start);
        }
        long value = Long.parseLong(source.substring(at, end), 16);
        if (value > Character.MAX_CODE_POINT) {
            throw errorAt("bad escape " + source.substring(start, end), start);
        }
        at = end;
        return (int) value;
    }

    private int named(int start) {
        if (!accept('{')) {
            throw errorAt("missing {", at);
        }
        int end = source.indexOf('}', at);
        if (end < 0) {
            throw errorAt("missing }, unterminated name", at);
        }
        String name = source.substring(at, end);
        at = end + 1;
        try {
            return Character.codePointOf(name);
        } catch (IllegalArgumentException e) {
            throw errorAt("undefined character name " + PyRepr.repr(name), start);
        }
    }

    private void characterClass(int start) {
        boolean negated = accept('^');
        StringBuilder set = new StringBuilder();
        boolean nested = false;
        int first = at;
        while (true) {
            if (at >= source.length()) {
                throw errorAt("unterminated character set", start);
            }
            int itemStart = at;
            int c = next();
            if (c == ']' && itemStart != first) {
                break;
            }
            int low = c == '\\' ? classEscape(set, itemStart) : c;
            nested |= low == NEGATED;
            if (peek() == '-' && at + 1 < source.length() && source.charAt(at + 1) != ']') {
                at++;
                int highStart = at;
                int next = next();
                int high = next == '\\' ? classEscape(set, highStart) : next;
                if (low < 0 || high < 0) {
                    throw errorAt("bad character range " + source.substring(itemStart, at), itemStart);
                }
                if (high < low) {
                    throw errorAt("bad character range " + source.substring(itemStart, at), itemStart);
                }
                member(set, low);
                set.append('-');
                member(set, high);
            } else if (peek() == '-' && at + 1 >= source.length()) {
                throw errorAt("unterminated character set", start);
            } else if (low >= 0) {
                member(set, low);
            }
        }
        if (negated && nested) {
            // Java's negation of a class with another in it is not what it looks like
            out.append("(?:(?![").append(set).append("])(?s:.))");
        } else {
            out.append(negated ? "[^" : "[").append(set).append(']');
        }
    }

    private static final int POSITIVE = -1;
    private static final int NEGATED = -2;

    /** An escape in a class: its character, or a category, which is appended to {@code set} at once. */
    private int classEscape(StringBuilder set, int start) {
        if (at >= source.length()) {
            throw errorAt("bad escape (end of pattern)", start);
        }
        int c = next();
        return switch (c) {
            case 'b' -> {
                yield '\b';
            }
            case 'd', 's', 'w' -> {
                set.append(category(c));
                yield POSITIVE;
            }
            case 'D', 'S', 'W' -> {
                set.append("[^").append(category(Character.toLowerCase(c))).append(']');
                yield NEGATED;
            }
            default -> {
                if (c >= '1' && c <= '7') {
                    int value = c - '0';
                    for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; i++) {
                        value = value * 8 + next() - '0';
                    }
                    if (value > 0xff) {
                        throw errorAt(
                                "octal escape value " + source.substring(start, at) + " outside of range 0-0o377",
                                start);
                    }
                    yield value;
                }
                yield character(c, start);
            }
        };
    }

    private static void member(StringBuilder set, int c) {
        if (c < 0x80 && !Character.isLetterOrDigit(c)) {
            set.append(c <= ' ' ? "\\x%02x".formatted(c) : "\\" + (char) c);
        } else {
            set.appendCodePoint(c);
        }
    }
}
