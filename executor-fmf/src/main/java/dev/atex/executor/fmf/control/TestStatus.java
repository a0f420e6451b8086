package dev.atex.executor.fmf.control;

import java.util.Locale;
import java.util.Optional;

/** What tmt can say of a test, the best first: of several the last one counts. */
public enum TestStatus {
    /** It was not carried out. */
    SKIP,
    /** Neither good nor bad. */
    INFO,
    /** Good. */
    PASS,
    /** Suspicious: tmt counts it as failed. */
    WARN,
    /** Bad. */
    FAIL,
    /** It did not get so far that it could be told. */
    ERROR;

    /** What it is called in results. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one with this word, in any case. */
    public static Optional<TestStatus> of(String word) {
        for (TestStatus status : values()) {
            if (status.word().equals(word.toLowerCase(Locale.ROOT))) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /** Whether tmt takes it for a failure. */
    public boolean failed() {
        return compareTo(PASS) > 0;
    }

    /** The worse of both. */
    public TestStatus or(TestStatus other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
