package dev.atex.executor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether subtests that failed make their test fail. */
public enum Subtests {
    /** They do. The default. */
    COUNT,
    /** They don't: the test has its own result or its exit code. */
    IGNORE;

    /** The word for it in options. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All words. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Subtests::word).toList();
    }

    /** The one with this word. */
    public static Optional<Subtests> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
