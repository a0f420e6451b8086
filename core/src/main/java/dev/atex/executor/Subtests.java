package dev.atex.executor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The setting whether failed subtests make their test fail. */
public enum Subtests {
    /** Failed subtests fail the test. The default. */
    COUNT,
    /** Only the own result or the exit code of the test counts. */
    IGNORE;

    /** Returns its word in options. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns all words. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Subtests::word).toList();
    }

    /** Returns the value with this word. */
    public static Optional<Subtests> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
