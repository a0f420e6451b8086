package dev.atex.fmf.python.regex;

/** The flags of an expression, as bits. */
final class RegexFlags {
    static final int IGNORE_CASE = 1;
    static final int MULTI_LINE = 2;
    static final int DOT_ALL = 4;
    static final int VERBOSE = 8;
    static final int ASCII = 16;
    static final int UNICODE = 32;

    private RegexFlags() {}

    /** Returns the flag of a letter. */
    static int of(char c, RegexSource in) {
        return switch (c) {
            case 'i' -> IGNORE_CASE;
            case 'm' -> MULTI_LINE;
            case 's' -> DOT_ALL;
            case 'x' -> VERBOSE;
            case 'a' -> ASCII;
            case 'u' -> UNICODE;
            case 'L' -> throw in.errorAt("bad inline flags: cannot use 'L' flag with a str pattern", in.at());
            default -> throw in.errorAt("unknown flag", in.at());
        };
    }

    static void checkTypes(int found, RegexSource in) {
        if ((found & ASCII) != 0 && (found & UNICODE) != 0) {
            throw in.errorAt("bad inline flags: flags 'a', 'u' and 'L' are incompatible", in.at());
        }
    }

    /**
     * Returns the start of a Java group that changes case sensitivity from {@code before} to {@code after}; empty if
     * it does not change.
     */
    static String scope(int before, int after) {
        if (((before ^ after) & IGNORE_CASE) == 0) {
            return "";
        }
        return (after & IGNORE_CASE) != 0 ? "(?iu:" : "(?-i:";
    }
}
