package dev.atex.run;

import java.util.Arrays;
import java.util.List;

/** The waits that have a limit; see {@link Limits} for the durations. */
public enum Limit {
    /** The whole run; then the run cancels running tests and ends. */
    RUN("run"),
    /** The wait for a machine while tests are queued and there is none; then the run ends. */
    FIRST_REMOTE("first-remote"),
    /** The set-up of one machine; then the machine is released and replaced. */
    SET_UP("set-up"),
    /** The wait of a ready machine for a test; then the machine is released. */
    IDLE("idle"),
    /** The release of one machine, or the stop of a provisioner; then the run reports that it may still exist. */
    RELEASE("release"),
    /** The end of cancelled tests; then their machines are released. */
    CANCEL("cancel"),
    /** The storing of the last results, when nothing else is left to do; then they stay in the artifacts directory. */
    INGEST("ingest"),
    /** All releases together, after a second interrupt; then the run returns. */
    FORCED_RELEASE("forced-release"),
    /** The guard's attempts to free the resources of a killed run; then {@code atex reap} must do it. */
    REAP("reap");

    private final String label;

    Limit(String label) {
        this.label = label;
    }

    /** Returns the word for it in logs. */
    public String label() {
        return label;
    }

    /**
     * Returns the message for an expired limit.
     *
     * @param subject the machine or provisioner; {@code ""} if the limit is not about one
     */
    public String exceeded(String subject) {
        return this == RUN
                ? "the run reached its time limit (--limit run)"
                : "waited too long" + (subject.isEmpty() ? "" : " for " + subject) + " (--limit " + label + ")";
    }

    /** Returns all labels, in the order of the limits. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Limit::label).toList();
    }

    /** Returns the limit with this label; throws {@link IllegalArgumentException} if there is none. */
    public static Limit of(String label) {
        for (Limit limit : values()) {
            if (limit.label.equals(label)) {
                return limit;
            }
        }
        throw new IllegalArgumentException("no limit is called '" + label + "'");
    }
}
