package dev.atex.run;

import java.util.Arrays;
import java.util.List;

/** A wait that has an end; see {@link Limits} for how long each is. */
public enum Limit {
    /** For the whole run; then running tests are cancelled and the run ends. */
    RUN("run"),
    /** For a machine while tests are queued and there is none; then the run ends. */
    FIRST_REMOTE("first-remote"),
    /** For making one machine ready; then it is released and replaced. */
    SET_UP("set-up"),
    /** For a test, of a machine that is ready and has none; then it is released. */
    IDLE("idle"),
    /** For giving one machine back, or for stopping a provisioner; then it is reported as perhaps still there. */
    RELEASE("release"),
    /** For the end of cancelled tests; then machines are taken from under them. */
    CANCEL("cancel"),
    /** For the last results to be stored, when nothing else is left to do; then they stay where they are. */
    INGEST("ingest"),
    /** For all releases together, after a second interrupt; then the run returns. */
    FORCED_RELEASE("forced-release"),
    /** For freeing what a run has left that was killed, by its guard; then {@code atex reap} is left to do it. */
    REAP("reap");

    private final String label;

    Limit(String label) {
        this.label = label;
    }

    /** The word for it in logs. */
    public String label() {
        return label;
    }

    /**
     * What to say when it has run out.
     *
     * @param subject the machine or provisioner waited for; {@code ""} where the limit is not about one
     */
    public String exceeded(String subject) {
        return this == RUN
                ? "the time for the whole run was over (--limit run)"
                : "waited too long" + (subject.isEmpty() ? "" : " for " + subject) + " (--limit " + label + ")";
    }

    /** All labels, in the order of the limits. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Limit::label).toList();
    }

    /** The limit with this label, or an {@link IllegalArgumentException}. */
    public static Limit of(String label) {
        for (Limit limit : values()) {
            if (limit.label.equals(label)) {
                return limit;
            }
        }
        throw new IllegalArgumentException("no limit is called '" + label + "'");
    }
}
