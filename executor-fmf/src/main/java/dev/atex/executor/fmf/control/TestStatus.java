package dev.atex.executor.fmf.control;

import dev.atex.executor.Status;
import java.util.Locale;
import java.util.Optional;

/** What tmt can say of a test, the best first: of several the last one counts. Its words are those of {@link Status}. */
public enum TestStatus {
    /** It was not carried out. */
    SKIP(Status.SKIP),
    /** Neither good nor bad. */
    INFO(Status.INFO),
    /** Good. */
    PASS(Status.PASS),
    /** Suspicious: tmt counts it as failed. */
    WARN(Status.WARN),
    /** Bad. */
    FAIL(Status.FAIL),
    /** It did not get so far that it could be told. */
    ERROR(Status.ERROR);

    private final Status meaning;

    TestStatus(Status meaning) {
        this.meaning = meaning;
    }

    /** What it is called in results. */
    public String word() {
        return meaning.word();
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

    /** What any word of a result on the control channel means. */
    public static TestStatus meaning(String word) {
        return switch (Status.of(word)) {
            case SKIP -> SKIP;
            case INFO -> INFO;
            case PASS -> PASS;
            case WARN -> WARN;
            case FAIL -> FAIL;
            case ERROR, INFRA -> ERROR;
        };
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
