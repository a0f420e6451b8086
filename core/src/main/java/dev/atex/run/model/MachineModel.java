package dev.atex.run.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One machine of a {@link RunModel}, with its timeline. Used by one thread at a time. */
public final class MachineModel {
    private final String name;
    private final String label;
    private final String provisioner;
    private final boolean timeline;
    private List<Span> spans = List.of();
    private Activity activity = Activity.PROVISION;
    private Duration since;
    private String text;
    private int attempt;
    private boolean isThere = true;
    private boolean wasReady;

    /** The activities of a machine. */
    public enum Activity {
        /** It was requested and is not ready. */
        PROVISION,
        /** It is being set up. */
        SET_UP,
        /** It runs a test. */
        TEST,
        /** It is idle. */
        IDLE,
        /** It is being released. */
        RELEASE
    }

    /**
     * A period with one activity of a machine.
     *
     * @param from its start, since the start of the run
     * @param to its end; the current time if it continues
     * @param text name of the test; otherwise the reason of the wait, or what went wrong
     * @param attempt number of the attempt; 0 if it is not a test
     */
    public record Span(Activity activity, Duration from, Duration to, String text, int attempt) {}

    MachineModel(String name, String label, String provisioner, Duration since, String text, boolean timeline) {
        this.name = name;
        this.label = label;
        this.provisioner = provisioner;
        this.since = since;
        this.text = text;
        this.timeline = timeline;
    }

    void turn(Duration at, Activity next, String what, int number) {
        close(at);
        wasReady |= next == Activity.IDLE || next == Activity.TEST;
        activity = next;
        since = at;
        text = what;
        attempt = number;
    }

    void say(String what) {
        text = what;
    }

    void leave(Duration at) {
        close(at);
        isThere = false;
    }

    private void close(Duration at) {
        if (timeline && at.compareTo(since) > 0) {
            if (spans.isEmpty()) {
                spans = new ArrayList<>();
            }
            spans.add(new Span(activity, since, at, text, attempt));
        }
    }

    /** Returns its name in events; another machine can have the name when this one is gone. */
    public String name() {
        return name;
    }

    /** Returns a name that no other machine of the run has. */
    public String label() {
        return label;
    }

    /** Returns its provisioner. */
    public String provisioner() {
        return provisioner;
    }

    /** Returns its current or last activity. */
    public Activity activity() {
        return activity;
    }

    /** Returns the start of that activity, since the start of the run. */
    public Duration since() {
        return since;
    }

    /** Returns the name of its test; otherwise the reason of the wait, or what went wrong. */
    public String text() {
        return text;
    }

    /** Returns the number of the attempt; 0 if it does not run a test. */
    public int attempt() {
        return attempt;
    }

    /** Returns whether it was set up and is not being released. */
    boolean isInUse() {
        return wasReady && isThere;
    }

    /** Returns its activities in order, without gaps, until {@code now} if it still exists. Only the current one without a timeline. */
    public List<Span> spans(Duration now) {
        List<Span> all = new ArrayList<>(spans);
        if (isThere) {
            all.add(new Span(activity, since, now, text, attempt));
        }
        return all;
    }
}
