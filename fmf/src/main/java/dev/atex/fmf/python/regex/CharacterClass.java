package dev.atex.fmf.python.regex;

/** Translates a class of characters such as {@code [a-z\d]}. */
final class CharacterClass {
    private static final int POSITIVE = -1;
    private static final int NEGATED = -2;

    private final RegexSource in;
    private final StringBuilder out;
    private final boolean ascii;

    CharacterClass(RegexSource in, StringBuilder out, boolean ascii) {
        this.in = in;
        this.out = out;
        this.ascii = ascii;
    }

    /** Reads the rest of a class whose opening bracket is at {@code start}. */
    void read(int start) {
        boolean negated = in.accept('^');
        StringBuilder set = new StringBuilder();
        boolean nested = false;
        int first = in.at();
        while (true) {
            if (in.isAtEnd()) {
                throw in.errorAt("unterminated character set", start);
            }
            int itemStart = in.at();
            int c = in.next();
            if (c == ']' && itemStart != first) {
                break;
            }
            int low = c == '\\' ? classEscape(set, itemStart) : c;
            nested |= low == NEGATED;
            if (in.peek() == '-' && in.charAt(in.at() + 1) >= 0 && in.charAt(in.at() + 1) != ']') {
                in.moveTo(in.at() + 1);
                int highStart = in.at();
                int next = in.next();
                int high = next == '\\' ? classEscape(set, highStart) : next;
                if (low < 0 || high < 0) {
                    throw in.errorAt("bad character range " + in.substring(itemStart, in.at()), itemStart);
                }
                if (high < low) {
                    throw in.errorAt("bad character range " + in.substring(itemStart, in.at()), itemStart);
                }
                JavaSyntax.member(set, low);
                set.append('-');
                JavaSyntax.member(set, high);
            } else if (in.peek() == '-' && in.charAt(in.at() + 1) < 0) {
                throw in.errorAt("unterminated character set", start);
            } else if (low >= 0) {
                JavaSyntax.member(set, low);
            }
        }
        if (negated && nested) {
            // Java negates a class that contains another one differently.
            out.append("(?:(?![").append(set).append("])(?s:.))");
        } else {
            out.append(negated ? "[^" : "[").append(set).append(']');
        }
    }

    /** Reads an escape in a class and returns its character; appends a category to {@code set}. */
    private int classEscape(StringBuilder set, int start) {
        if (in.isAtEnd()) {
            throw in.errorAt("bad escape (end of pattern)", start);
        }
        int c = in.next();
        return switch (c) {
            case 'b' -> '\b';
            case 'd', 's', 'w' -> {
                set.append(JavaSyntax.category(c, ascii));
                yield POSITIVE;
            }
            case 'D', 'S', 'W' -> {
                set.append("[^")
                        .append(JavaSyntax.category(Character.toLowerCase(c), ascii))
                        .append(']');
                yield NEGATED;
            }
            default -> {
                if (c >= '1' && c <= '7') {
                    int value = c - '0';
                    for (int i = 0; i < 2 && in.peek() >= '0' && in.peek() <= '7'; i++) {
                        value = value * 8 + in.next() - '0';
                    }
                    if (value > 0xff) {
                        throw in.errorAt(
                                "octal escape value " + in.substring(start, in.at()) + " outside of range 0-0o377",
                                start);
                    }
                    yield value;
                }
                yield in.character(c, start);
            }
        };
    }
}
