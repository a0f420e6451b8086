package dev.atex.cli.view;

import dev.atex.internal.text.Count;
import dev.atex.run.model.MachineModel;
import dev.atex.run.model.MachineUse;
import dev.atex.run.model.RunModel;
import java.util.Locale;

/**
 * A line about the machines of a run and the time that they were in use.
 *
 * @param machines the number of machines
 * @param use the sum of all machines until the last event
 */
record MachineTime(int machines, MachineUse use) {
    /** Shorter times have no line. */
    private static final long LEAST_MILLIS = 60_000;

    /** Returns the time of a run so far. */
    static MachineTime of(RunModel run) {
        MachineUse use = MachineUse.NONE;
        for (MachineModel machine : run.pool().machines()) {
            use = use.plus(MachineUse.of(machine.spans(run.elapsed())));
        }
        return new MachineTime(run.pool().machines().size(), use);
    }

    /** Returns {@code 3 machines for 42 machine-minutes, 71 % of them running tests}; empty if it was less than one minute. */
    String text() {
        long millis = use.present().toMillis();
        if (millis < LEAST_MILLIS) {
            return "";
        }
        double minutes = millis / 60_000.0;
        return Count.of(machines, "machine") + " for "
                + (minutes < 10 ? String.format(Locale.ROOT, "%.1f", minutes) : String.valueOf(Math.round(minutes)))
                + " machine-minutes, " + Math.round(100.0 * use.busy().toMillis() / millis)
                + " % of them running tests";
    }
}
