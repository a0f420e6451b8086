package dev.atex.executor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The status of a result, from the best to the worst, and the only definition of a failed result. Exit codes, summaries,
 * reruns and all reports use it.
 *
 * <p>Tests report words. Those in {@link #words()} are known, in upper and lower case. Any other word is {@link #ERROR},
 * because a test that reports one did not mean "pass".
 */
public enum Status {
    /** The test does not apply. */
    SKIP(false, "skip skipped"),
    /** Information, neither good nor bad. */
    INFO(false, "info"),
    /** The test passed. */
    PASS(false, "pass passed"),
    /** A warning; a failure only if the test also exits with a code other than 0, or warns by a judged report. */
    WARN(false, "warn warning"),
    /** The tested software is wrong. */
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

    /** Returns whether this status is worse than another one. */
    public boolean isWorseThan(Status other) {
        return compareTo(other) > 0;
    }

    /** Returns the worse of this status and another one. */
    public Status or(Status other) {
        return isWorseThan(other) ? this : other;
    }

    /** Returns whether a result with this status has failed. */
    public boolean failed() {
        return failed;
    }

    /** Returns its word in all output. */
    public String word() {
        return words().getFirst();
    }

    /** Returns all words that mean it, in lower case, its own first. */
    public List<String> words() {
        return List.of(words.split(" "));
    }

    /** Returns the words of all failures. */
    public static List<String> failing() {
        return Arrays.stream(values()).filter(Status::failed).map(Status::word).toList();
    }

    /** Returns the status of a known word, in any case; empty for other words. */
    public static Optional<Status> known(String word) {
        Status exact = BY_WORD.get(word); // nearly always
        return Optional.ofNullable(
                exact != null ? exact : BY_WORD.get(word.strip().toLowerCase(Locale.ROOT)));
    }

    /** Returns the status of a word that a test reported; {@link #ERROR} if it is unknown. */
    public static Status of(String word) {
        return known(word).orElse(ERROR);
    }

    /** Returns a warning about an unknown word; empty for known ones. */
    public static Optional<String> doubt(String word) {
        return known(word).isPresent() ? Optional.empty() : Optional.of("unknown status '" + word + "'");
    }

    /** Returns a note with that warning in front. */
    public static Optional<String> explained(String word, Optional<String> note) {
        Optional<String> doubt = doubt(word);
        return doubt.isEmpty()
                ? note
                : Optional.of(doubt.get() + note.map(text -> "; " + text).orElse(""));
    }
}
