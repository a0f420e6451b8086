package dev.atex.run;

import java.util.Optional;

/**
 * What was said of a run before it began: that something in its metadata is wrong or is not obeyed.
 *
 * @param severity one word: {@code "note"}, {@code "refused"} of what would have been refused and was allowed, or
 *     {@code "mistake"}
 * @param kind one word for what it is about
 * @param text one sentence
 * @param count how often it was found
 * @param place where first, {@code "plans/ci.fmf:12"}
 */
public record RunNote(String severity, String kind, String text, int count, Optional<String> place) {

    /** The kind of a note about the log itself. */
    public static final String NEWER = "newer-version";

    /** Whether it is about the log of the run, and not about metadata. */
    public boolean isOfTheLog() {
        return kind.equals(NEWER);
    }

    /** As users see it: {@code note: TEXT (3 times, first plans/ci.fmf:12)}; what was allowed begins with {@code allowed:}. */
    public String line() {
        String times = count == 1 ? "" : count + " times";
        String where = place.map(at -> count == 1 ? at : ", first " + at).orElse("");
        String word = severity.equals("refused") ? "allowed" : severity; // the log keeps the word it always had
        return word + ": " + text + (times.isEmpty() && where.isEmpty() ? "" : " (" + times + where + ")");
    }
}
