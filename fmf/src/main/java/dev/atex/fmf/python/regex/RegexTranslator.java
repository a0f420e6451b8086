package dev.atex.fmf.python.regex;

import dev.atex.fmf.python.PyRepr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates a regular expression of Python's {@code re} into the syntax of {@link java.util.regex.Pattern}.
 *
 * <p>The result does not depend on flags of the Java pattern: classes, anchors and the dot are written out with their
 * meaning in Python. Invalid expressions fail here, with Python's messages.
 */
final class RegexTranslator {
    private static final int MAX_DEPTH = 200;

    private final RegexSource in;
    private final boolean conditional;
    private final StringBuilder out = new StringBuilder();
    private final Map<String, Integer> names = new HashMap<>();
    /** Java's number of group n at index n; 0 for the whole match. */
    private final List<Integer> javaNumbers = new ArrayList<>(List.of(0));
    /** Java's number of the empty group that ends group n; 0 while it is open. */
    private final List<Integer> markers = new ArrayList<>(List.of(0));

    private final List<Width> widths = new ArrayList<>(List.of(Width.ZERO));
    private int javaGroups;
    private int flags;
    private int depth;

    RegexTranslator(String source) {
        this.in = new RegexSource(source);
        this.conditional = source.contains("(?(");
    }

    RegexTranslator translate() {
        readGlobalFlags();
        String scope = RegexFlags.scope(0, flags);
        out.append(scope);
        alternation();
        if (!in.isAtEnd()) {
            throw in.errorAt("unbalanced parenthesis", in.at());
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

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    private boolean isAscii() {
        return has(RegexFlags.ASCII);
    }

    /** Reads flags for the whole expression, which may stand only at its start; there may be several groups of them. */
    private void readGlobalFlags() {
        while (in.startsWith("(?")) {
            int end = in.at() + 2;
            int found = 0;
            while (in.charAt(end) >= 0 && "aiLmsux".indexOf(in.charAt(end)) >= 0) {
                found |= RegexFlags.of((char) in.charAt(end++), in);
            }
            if (end == in.at() + 2 || in.charAt(end) != ')') {
                return;
            }
            RegexFlags.checkTypes(found, in);
            flags |= found;
            in.moveTo(end + 1);
        }
    }

    private Width alternation() {
        if (++depth > MAX_DEPTH) {
            throw RegexSource.error("the expression is nested too deeply");
        }
        Width width = sequence();
        while (in.accept('|')) {
            out.append('|');
            width = width.or(sequence());
        }
        depth--;
        return width;
    }

    private Width sequence() {
        Width width = Width.ZERO;
        while (true) {
            in.skipIgnored(has(RegexFlags.VERBOSE));
            int c = in.peek();
            if (c < 0 || c == '|' || c == ')') {
                return width;
            }
            width = width.then(item());
        }
    }

    /** Reads an atom and its quantifier. */
    private Width item() {
        int start = in.at();
        int c = in.next();
        boolean repeatable = true;
        Width width;
        switch (c) {
            case '.' -> {
                out.append(has(RegexFlags.DOT_ALL) ? "(?s:.)" : "[^\\n]");
                width = Width.ONE;
            }
            case '^' -> {
                out.append(has(RegexFlags.MULTI_LINE) ? "(?<![^\\n])" : "^");
                width = Width.ZERO;
                repeatable = false;
            }
            case '$' -> {
                out.append(has(RegexFlags.MULTI_LINE) ? "(?![^\\n])" : "(?=\\n?\\z)");
                width = Width.ZERO;
                repeatable = false;
            }
            case '[' -> {
                new CharacterClass(in, out, isAscii()).read(start);
                width = Width.ONE;
            }
            case '(' -> width = group(start);
            case '\\' -> {
                int escaped = in.peek();
                width = escape(start);
                repeatable = "AZbB".indexOf(escaped) < 0;
            }
            case '*', '+', '?' -> throw in.errorAt("nothing to repeat", start);
            case '{' -> {
                in.moveTo(start);
                if (in.readRepeat() != null) {
                    throw in.errorAt("nothing to repeat", start);
                }
                in.moveTo(start + 1);
                JavaSyntax.literal(out, '{');
                width = Width.ONE;
            }
            default -> {
                JavaSyntax.literal(out, c);
                width = Width.ONE;
            }
        }
        return repeated(width, repeatable);
    }

    private Width repeated(Width width, boolean repeatable) {
        in.skipIgnored(has(RegexFlags.VERBOSE));
        int start = in.at();
        Repeat repeat = in.readRepeat();
        if (repeat == null) {
            return width;
        }
        if (!repeatable) {
            throw in.errorAt("nothing to repeat", start);
        }
        out.append(repeat.java());
        if (in.accept('?')) {
            out.append('?');
        } else if (in.accept('+')) {
            out.append('+');
        }
        in.skipIgnored(has(RegexFlags.VERBOSE));
        int again = in.at();
        if (in.readRepeat() != null) {
            throw in.errorAt("multiple repeat", again);
        }
        return width.times(repeat.min(), repeat.max());
    }

    /** Reads the group after an opening parenthesis. */
    private Width group(int start) {
        if (!in.accept('?')) {
            return capture(start, null);
        }
        if (in.isAtEnd()) {
            throw in.errorAt("unexpected end of pattern", in.at());
        }
        int c = in.next();
        return switch (c) {
            case 'P' -> namedGroup(start);
            case ':' -> bracketed("(?:", start);
            case '>' -> bracketed("(?>", start);
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
            case '(' -> conditional(start);
            default -> {
                in.moveTo(in.at() - Character.charCount(c));
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
            throw in.errorAt(
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
        if (!in.accept(')')) {
            throw in.errorAt("missing ), unterminated subpattern", start);
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
        int c = in.isAtEnd() ? -1 : in.next();
        if (c != '=' && c != '!') {
            throw in.errorAt("unknown extension ?<" + (c < 0 ? "" : Character.toString(c)), start + 1);
        }
        Width width = bracketed(c == '=' ? "(?<=" : "(?<!", start);
        if (width.min() != width.max()) {
            throw RegexSource.error("look-behind requires fixed-width pattern");
        }
    }

    private Width namedGroup(int start) {
        if (in.accept('<')) {
            return capture(start, in.name('>'));
        }
        if (in.accept('=')) {
            String name = in.name(')');
            Integer number = names.get(name);
            if (number == null) {
                throw in.errorAt("unknown group name " + PyRepr.repr(name), start);
            }
            return backReference(number, start);
        }
        if (in.isAtEnd()) {
            throw in.errorAt("unexpected end of pattern", in.at());
        }
        throw in.errorAt("unknown extension ?P" + Character.toString(in.next()), start + 1);
    }

    /**
     * Reads {@code (?(group)yes|no)}: an empty group at the end of the named one tells whether that group took part.
     */
    private Width conditional(int start) {
        int end = in.find(')');
        if (end < 0) {
            throw in.errorAt("missing ), unterminated name", in.at());
        }
        String name = in.substring(in.at(), end);
        Integer number = RegexSource.isIdentifier(name)
                ? names.get(name)
                : name.chars().allMatch(c -> c >= '0' && c <= '9') && !name.isEmpty() && name.length() < 6
                        ? Integer.valueOf(name)
                        : null;
        if (number == null) {
            throw in.errorAt(
                    (RegexSource.isIdentifier(name) ? "unknown group name " : "bad character in group name ")
                            + PyRepr.repr(name),
                    in.at());
        }
        if (number == 0) {
            throw in.errorAt("bad group number", in.at());
        }
        if (number >= markers.size() || markers.get(number) <= 0) {
            throw in.errorAt("invalid group reference " + number, in.at());
        }
        in.moveTo(end + 1);
        int marker = markers.get(number);
        out.append("(?:(?=\\").append(marker).append(')');
        Width width = sequence();
        out.append("|(?!\\").append(marker).append(')');
        width = width.or(in.accept('|') ? sequence() : Width.ZERO);
        if (in.peek() == '|') {
            throw in.errorAt("conditional backref with more than two branches", in.at());
        }
        close(start);
        return width;
    }

    private Width flagGroup(int start) {
        int set = 0;
        int cleared = 0;
        while (in.peek() >= 0 && "aiLmsux".indexOf(in.peek()) >= 0) {
            set |= RegexFlags.of((char) in.next(), in);
        }
        RegexFlags.checkTypes(set, in);
        if (in.accept(')')) {
            throw in.errorAt("global flags not at the start of the expression", start);
        }
        if (in.accept('-')) {
            while (in.peek() >= 0 && "imsx".indexOf(in.peek()) >= 0) {
                cleared |= RegexFlags.of((char) in.next(), in);
            }
            if (cleared == 0) {
                throw in.errorAt("missing flag", in.at());
            }
            if ((set & cleared) != 0) {
                throw in.errorAt("bad inline flags: flag turned on and off", in.at());
            }
        }
        if (!in.accept(':')) {
            throw in.isAtEnd()
                    ? in.errorAt(set == 0 && cleared == 0 ? "unexpected end of pattern" : "missing -, : or )", in.at())
                    : in.errorAt(
                            set == 0 && cleared == 0
                                    ? "unknown extension ?" + Character.toString(in.next())
                                    : "missing -, : or )",
                            start + 1);
        }
        int before = flags;
        if ((set & (RegexFlags.ASCII | RegexFlags.UNICODE)) != 0) {
            flags &= ~(RegexFlags.ASCII | RegexFlags.UNICODE);
        }
        flags = (flags | set) & ~cleared;
        String scope = RegexFlags.scope(before, flags);
        Width width = bracketed(scope.isEmpty() ? "(?:" : scope, start);
        flags = before;
        return width;
    }

    private Width backReference(int number, int start) {
        if (number >= javaNumbers.size()) {
            throw in.errorAt("invalid group reference " + number, start + 1);
        }
        if (markers.get(number) == 0) {
            throw in.errorAt("cannot refer to an open group", start);
        }
        out.append("(?:\\").append(javaNumbers.get(number)).append(')');
        return widths.get(number);
    }

    private Width escape(int start) {
        if (in.isAtEnd()) {
            throw in.errorAt("bad escape (end of pattern)", start);
        }
        int c = in.next();
        switch (c) {
            case 'A' -> out.append("\\A");
            case 'Z' -> out.append("\\z");
            case 'b' -> {
                String word = "[" + JavaSyntax.word(isAscii()) + "]";
                String before = JavaSyntax.behind(isAscii());
                out.append("(?:(?<=" + before + ")(?!" + word + ")|(?<!" + before + ")(?=" + word + "))");
            }
            case 'B' -> {
                String word = "[" + JavaSyntax.word(isAscii()) + "]";
                String before = JavaSyntax.behind(isAscii());
                out.append("(?:(?!\\A\\z)(?:(?<=" + before + ")(?=" + word + ")|(?<!" + before + ")(?!" + word + ")))");
            }
            case 'd', 's', 'w' -> {
                out.append('[').append(JavaSyntax.category(c, isAscii())).append(']');
                return Width.ONE;
            }
            case 'D', 'S', 'W' -> {
                out.append("[^")
                        .append(JavaSyntax.category(Character.toLowerCase(c), isAscii()))
                        .append(']');
                return Width.ONE;
            }
            default -> {
                if (c >= '1' && c <= '9') {
                    return numberedEscape(c, start);
                }
                JavaSyntax.literal(out, in.character(c, start));
                return Width.ONE;
            }
        }
        return Width.ZERO;
    }

    private Width numberedEscape(int first, int start) {
        if (in.peek() >= '0' && in.peek() <= '9') {
            int second = in.next();
            if (first <= '7' && second <= '7' && in.peek() >= '0' && in.peek() <= '7') {
                int value = (first - '0') * 64 + (second - '0') * 8 + (in.next() - '0');
                if (value > 0xff) {
                    throw in.errorAt(
                            "octal escape value " + in.substring(start, in.at()) + " outside of range 0-0o377", start);
                }
                JavaSyntax.literal(out, value);
                return Width.ONE;
            }
            return backReference((first - '0') * 10 + second - '0', start);
        }
        return backReference(first - '0', start);
    }
}
