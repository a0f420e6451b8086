package dev.atex.cli.view;

import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** How long machines were there, and how much of that went into tests: a fold over the events of a run. Used by one thread at a time. */
final class MachineTime implements RunListener {
    /** Less is not worth a line. */
    private static final long LEAST_MILLIS = 60_000;

    private final Map<String, Duration> since = new HashMap<>();
    private final Map<String, Duration> testing = new HashMap<>();
    private Duration present = Duration.ZERO;
    private Duration busy = Duration.ZERO;
    private Duration now = Duration.ZERO;
    private int machines;

    @Override
    public void on(RunEvent event) {
        switch (event) {
            case RunEvent.RunResumed _ -> { // what was there is gone with the earlier sitting, at its last event
                testing.keySet().forEach(remote -> busy = busy.plus(now.minus(testing.get(remote))));
                since.values().forEach(begin -> present = present.plus(now.minus(begin)));
                testing.clear();
                since.clear();
            }
            case RunEvent.RemoteReady e -> {
                machines++;
                since.put(e.remote(), e.at());
            }
            case RunEvent.TestStarted e -> testing.put(e.remote(), e.at());
            case RunEvent.TestFinished e -> {
                Duration begin = testing.remove(e.remote());
                busy = begin == null ? busy : busy.plus(e.ended().minus(begin));
            }
            case RunEvent.RemoteReleased e -> gone(e.remote(), e.at());
            case RunEvent.ReleaseFailed e -> gone(e.remote(), e.at());
            default -> {} // not about machines
        }
        now = event.at();
    }

    private void gone(String remote, Duration at) {
        Duration begin = since.remove(remote);
        present = begin == null ? present : present.plus(at.minus(begin));
        Duration test = testing.remove(remote);
        busy = test == null ? busy : busy.plus(at.minus(test));
    }

    int machines() {
        return machines;
    }

    /** From ready to gone, of all together, until the last event. */
    Duration present() {
        return since.values().stream().map(now::minus).reduce(present, Duration::plus);
    }

    /** Running tests. */
    Duration busy() {
        return testing.values().stream().map(now::minus).reduce(busy, Duration::plus);
    }

    /** {@code 3 machines for 42 machine-minutes, 71 % of them running tests}; empty if it was less than one minute. */
    String text() {
        long millis = present().toMillis();
        if (millis < LEAST_MILLIS) {
            return "";
        }
        double minutes = millis / 60_000.0;
        return EventLines.count(machines, "machine") + " for "
                + (minutes < 10 ? String.format(Locale.ROOT, "%.1f", minutes) : String.valueOf(Math.round(minutes)))
                + " machine-minutes, " + Math.round(100.0 * busy().toMillis() / millis) + " % of them running tests";
    }
}
