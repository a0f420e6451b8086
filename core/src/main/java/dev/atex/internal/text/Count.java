package dev.atex.internal.text;

/** Numbers with a noun, for messages. */
public final class Count {
    private Count() {}

    /** Returns {@code 1 machine}, {@code 2 machines}: for nouns whose plural ends with an s. */
    public static String of(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
