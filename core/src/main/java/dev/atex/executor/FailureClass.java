package dev.atex.executor;

import java.util.Arrays;
import java.util.List;

/** The class of a failure. Each class can have its own rule for reruns. */
public enum FailureClass {
    /** The test ended and failed: by its exit code, its own result, or a subtest. */
    TEST("test"),
    /** The test exceeded its duration: a failure of the test. */
    TIMEOUT("timeout"),
    /** The test sent malformed data on its control channel. */
    CONTROL("control"),
    /** The machine could not be prepared for this test. */
    SETUP("infra-provision"),
    /** The connection or the wrapper around the test failed. */
    CONNECTION("infra-connection"),
    /** The test was cancelled. */
    CANCELLED("cancelled"),
    /** This program or a hook failed. */
    INTERNAL("aborted");

    private final String word;

    FailureClass(String word) {
        this.word = word;
    }

    /** Returns whether the test caused the failure, and not the machine. */
    public boolean isOfTheTest() {
        return this == TEST || this == TIMEOUT || this == CONTROL;
    }

    /** Returns its word in logs and options. */
    public String word() {
        return word;
    }

    /** Returns the class with this word, or throws {@link IllegalArgumentException}. */
    public static FailureClass of(String word) {
        for (FailureClass each : values()) {
            if (each.word.equals(word)) {
                return each;
            }
        }
        throw new IllegalArgumentException("no class of failures is called '" + word + "'");
    }

    /** Returns all words, in the order of the classes. */
    public static List<String> words() {
        return Arrays.stream(values()).map(FailureClass::word).toList();
    }
}
