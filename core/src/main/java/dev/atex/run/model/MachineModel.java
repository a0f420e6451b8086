package dev.atex.run.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One machine of a {@link RunModel}: what it did when. Used by one thread at a time. */
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

    /** What a machine does. */
    public enum Activity {
        /** It was asked for and is not there yet. */
        PROVISION,
        /** It is made ready. */
        SET_UP,
        /** It runs a test. */
        TEST,
        /** It has nothing to do. */
        IDLE,
        /** It is given back. */
        RELEASE
    }

    /**
     * A time in which a machine did one thing.
     *
     * @param from since the start of the run
     * @param to until now if it goes on
     * @param text of a test its name; else why it waited, or what went wrong
     * @param attempt of a test, else 0
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

    /** The name that events have for it; another machine can have it when this one is gone. */
    public String name() {
        return name;
    }

    /** A name that no other machine of the run has. */
    public String label() {
        return label;
    }

    /** Where it comes from. */
    public String provisioner() {
        return provisioner;
    }

    /** What it does now, or did last. */
    public Activity activity() {
        return activity;
    }

    /** When that began, since the start of the run. */
    public Duration since() {
        return since;
    }

    /** Of a test its name; else why it waits, or what went wrong. */
    public String text() {
        return text;
    }

    /** Of a test; else 0. */
    public int attempt() {
        return attempt;
    }

    /** Whether it was made ready and is not given back yet. */
    boolean isInUse() {
        return wasReady && isThere;
    }

    /** What it did when, in order, without gaps; until {@code now} if it is still there. Without a timeline: what it does. */
    public List<Span> spans(Duration now) {
        List<Span> all = new ArrayList<>(spans);
        if (isThere) {
            all.add(new Span(activity, since, now, text, attempt));
        }
        return all;
    }
}
