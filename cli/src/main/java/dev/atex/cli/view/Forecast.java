package dev.atex.cli.view;

import dev.atex.run.model.MachineModel;
import dev.atex.run.model.MachineModel.Activity;
import dev.atex.run.model.RunCounts;
import dev.atex.run.model.RunModel;
import dev.atex.run.model.TestModel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Estimates when a run will end. */
final class Forecast {
    private Forecast() {}

    /**
     * How long it will still take if the rest goes on as before, on as many machines as now, and at least as long as a test that is
     * run again took before. Empty while nothing is known: no test has ended, or those that run take longer than the others did.
     *
     * @param now since the start of the run
     */
    static Optional<Duration> remaining(RunModel run, Duration now) {
        RunCounts counts = run.counts();
        int open = counts.queued() + counts.running();
        if (counts.ended() == 0 || run.urgency() > 0 || open == 0) {
            return Optional.empty();
        }
        Duration each = counts.spent().dividedBy(counts.ended());
        Duration left = each.multipliedBy(open);
        Map<String, Duration> running = new HashMap<>();
        int machines = 0;
        for (MachineModel machine : run.pool().present()) {
            machines += machine.activity() == Activity.TEST || machine.activity() == Activity.SET_UP ? 1 : 0;
            if (machine.activity() == Activity.TEST) {
                Duration done = now.minus(machine.since());
                left = left.minus(done.compareTo(each) < 0 ? done : each);
                running.put(machine.text(), done);
            }
        }
        Duration together = left.dividedBy(Math.max(1, machines));
        for (TestModel test : run.toRerun()) {
            Duration still =
                    test.lastTook().orElse(Duration.ZERO).minus(running.getOrDefault(test.name(), Duration.ZERO));
            together = still.compareTo(together) > 0 ? still : together;
        }
        return together.toSeconds() > 0 ? Optional.of(together) : Optional.empty(); // longer than the others already
    }
}
