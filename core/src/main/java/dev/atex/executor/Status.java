package dev.atex.executor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the status of a result means, and whether it is a failure: the only place where that is decided. Exit codes,
 * summaries, reruns and every report go by it.
 *
 * <p>Tests report words; those in {@link #words()} are known, in upper and lower case. Any other word is {@link #ERROR}, since
 * whoever reports one did not mean to say that all is well.
 */
public enum Status {
    /** All is well. */
    PASS(false, "pass passed"),
    /** Something to know. */
    INFO(false, "info"),
    /** Something to look at; of a test that also exits with another code than 0 it is a failure. */
    WARN(false, "warn warning"),
    /** It did not apply. */
    SKIP(false, "skip skipped"),
    /** What was tested is wrong. */
    FAIL(true, "fail failed failure"),
    /** The test is wrong. */
    ERROR(true, "error"),
    /** The infrastructure is wrong. */
    INFRA(true, "infra");

    private static final Map<String, Status> BY_WORD = byWord();

    private final boolean failed;
    private final String words;

    Status(boolean failed, String words) {
        this.failed = failed;
        this.words = words;
    }

    private static Map<String, Status> byWord() {
        Map<String, Status> found = new TreeMap<>();
        for (Status each : values()) {
            each.words().forEach(word -> found.put(word, each));
        }
        return found;
    }

    /** Whether a result with this status has failed. */
    public boolean failed() {
        return failed;
    }

    /** What it is called in everything that we write. */
    public String word() {
        return words().getFirst();
    }

    /** All words that mean it, lower case, its own first. */
    public List<String> words() {
        return List.of(words.split(" "));
    }

    /** The words of those that are failures. */
    public static List<String> failing() {
        return Arrays.stream(values()).filter(Status::failed).map(Status::word).toList();
    }

    /** What a known word means, in whatever case; empty for others. */
    public static Optional<Status> known(String word) {
        Status exact = BY_WORD.get(word); // nearly always
        return Optional.ofNullable(
                exact != null ? exact : BY_WORD.get(word.strip().toLowerCase(Locale.ROOT)));
    }

    /** What a word means that a test has reported; {@link #ERROR} if nobody knows. */
    public static Status of(String word) {
        return known(word).orElse(ERROR);
    }

    /** What is to be said about a word beside what it was taken for; empty for known ones. */
    public static Optional<String> doubt(String word) {
        return known(word).isPresent() ? Optional.empty() : Optional.of("unknown status '" + word + "'");
    }

    /** A note with that put in front of it. */
    public static Optional<String> explained(String word, Optional<String> note) {
        Optional<String> doubt = doubt(word);
        return doubt.isEmpty()
                ? note
                : Optional.of(doubt.get() + note.map(text -> "; " + text).orElse(""));
    }
}
