package dev.atex.executor.fmf.test;

import dev.atex.executor.Status;
import dev.atex.executor.fmf.metadata.Metadata;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rule for the outcome of a test: its key {@code result}. */
public enum ResultRule {
    /** The result stays as it is. */
    RESPECT,
    /** The test is expected to fail. */
    XFAIL,
    /** Pass, whatever happened. */
    PASS,
    /** Fail, whatever happened. */
    FAIL,
    /** Info, whatever happened. */
    INFO,
    /** Warn, whatever happened. */
    WARN,
    /** Error, whatever happened. */
    ERROR,
    /** The test writes its results into a file. */
    CUSTOM,
    /** The same as {@link #RESPECT}: each report is a separate result anyway. */
    RESTRAINT;

    private static final String KEY = "result";

    /**
     * Returns that of a test.
     *
     * @throws IllegalArgumentException there is no such way to read a result
     */
    public static ResultRule of(Map<String, @Nullable Object> data) {
        Object value = data.get(KEY);
        if (value == null) {
            return RESPECT;
        }
        for (ResultRule rule : values()) {
            if (rule.word().equals(value)) {
                return rule;
            }
        }
        throw Metadata.wrong(
                KEY,
                "one of " + Arrays.stream(values()).map(ResultRule::word).collect(Collectors.joining(", ")),
                value);
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status that a test has by it, whatever happened. */
    public Optional<Status> fixed() {
        return switch (this) {
            case PASS -> Optional.of(Status.PASS);
            case FAIL -> Optional.of(Status.FAIL);
            case INFO -> Optional.of(Status.INFO);
            case WARN -> Optional.of(Status.WARN);
            case ERROR -> Optional.of(Status.ERROR);
            case RESPECT, XFAIL, CUSTOM, RESTRAINT -> Optional.empty();
        };
    }

    /** Returns whether the outcome stays as it is. */
    public boolean isPlain() {
        return this == RESPECT || this == RESTRAINT;
    }
}
