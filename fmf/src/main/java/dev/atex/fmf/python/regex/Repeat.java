package dev.atex.fmf.python.regex;

/** The number of repetitions of an item, minimum and maximum. */
record Repeat(int min, int max) {
    static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Returns the quantifier as Java writes it. */
    String java() {
        if (max == UNBOUNDED) {
            return min == 0 ? "*" : min == 1 ? "+" : "{" + min + ",}";
        }
        return min == 0 && max == 1 ? "?" : "{" + min + "," + max + "}";
    }
}
