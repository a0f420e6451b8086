package dev.atex.executor;

import java.util.Arrays;
import java.util.List;

/** Why an attempt at a test failed. Each class can have its own rule for reruns. */
public enum FailureClass {
    /** The test came to its end and failed: by its exit code, or by its own result. */
    TEST("test"),
    /** The test ran over its duration: counts as a failure of the test. */
    TIMEOUT("timeout"),
    /** What the test sent on its control channel was malformed. */
    CONTROL("control"),
    /** The machine could not be prepared for this test. */
    SETUP("infra-provision"),
    /** The connection or the wrapper around the test failed. */
    CONNECTION("infra-connection"),
    /** Somebody asked for the end of the test. */
    CANCELLED("cancelled"),
    /** Something else in this program, or in a user's hook, failed. */
    INTERNAL("aborted");

    private final String word;

    FailureClass(String word) {
        this.word = word;
    }

    /** Whether the test is to blame, and not what it ran on. */
    public boolean isOfTheTest() {
        return this == TEST || this == TIMEOUT || this == CONTROL;
    }

    /** What it is called in logs and options. */
    public String word() {
        return word;
    }

    /** The class with this word, or an {@link IllegalArgumentException}. */
    public static FailureClass of(String word) {
        for (FailureClass each : values()) {
            if (each.word.equals(word)) {
                return each;
            }
        }
        throw new IllegalArgumentException("no class of failures is called '" + word + "'");
    }

    /** All words, in the order of the classes. */
    public static List<String> words() {
        return Arrays.stream(values()).map(FailureClass::word).toList();
    }
}
