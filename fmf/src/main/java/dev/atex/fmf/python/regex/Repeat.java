package dev.atex.fmf.python.regex;

/** How often an item is repeated, at least and at most. */
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
