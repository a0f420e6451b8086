package dev.atex.fmf.python.regex;

/** The number of characters that an item matches, minimum and maximum. */
record Width(int min, int max) {
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
        return (int) Math.min(Repeat.UNBOUNDED, (long) a + b);
    }

    private static int multiply(int a, int b) {
        return a == 0 || b == 0 ? 0 : (int) Math.min(Repeat.UNBOUNDED, (long) a * b);
    }
}
