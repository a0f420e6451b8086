package dev.atex.cli.state;

import dev.atex.lease.ledger.StateDirectory;
import dev.atex.provisioner.MachineProgress;
import dev.atex.run.RunEvent;
import dev.atex.run.RunListener;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records how long a run waits for machines that report their progress. */
public final class WaitListener implements RunListener {
    private static final Set<String> QUEUE = Set.of("new", "queued");

    private final StateDirectory state;
    private final Map<String, Wait> waits = new HashMap<>();

    public WaitListener(StateDirectory state) {
        this.state = state;
    }

    /** The wait for one request; {@code given} is missing until the machine is allocated. */
    private record Wait(
            WaitMemory.Kind kind,
            String request,
            Duration begin,
            @Nullable Duration given) {}

    /** Returns whether a machine in this state is allocated. */
    static boolean isGiven(String state) {
        return !QUEUE.contains(state);
    }

    @Override
    public void on(RunEvent event) {
        switch (event) {
            case RunEvent.ProvisionProgress e -> progressed(e);
            case RunEvent.RemoteReady e -> ready(e);
            case RunEvent.RunResumed _ -> waits.clear();
            default -> {} // not about waiting
        }
    }

    private void progressed(RunEvent.ProvisionProgress e) {
        Optional<WaitMemory.Kind> kind = WaitMemory.Kind.of(e.facts());
        if (kind.isEmpty()) {
            waits.remove(e.remote());
            return;
        }
        String request = e.facts().getOrDefault("request", "");
        Wait wait = waits.get(e.remote());
        if (wait == null || !wait.request().equals(request) || !wait.kind().equals(kind.get())) {
            wait = new Wait(kind.get(), request, e.at(), null);
        }
        if (wait.given() == null && isGiven(e.facts().getOrDefault(MachineProgress.STATE, ""))) {
            wait = new Wait(wait.kind(), wait.request(), wait.begin(), e.at());
        }
        waits.put(e.remote(), wait);
    }

    private void ready(RunEvent.RemoteReady e) {
        Wait wait = waits.remove(e.remote());
        Duration given = wait == null ? null : wait.given();
        if (wait == null || given == null) {
            return;
        }
        try {
            WaitMemory.add(state, wait.kind(), given.minus(wait.begin()), e.at().minus(given));
        } catch (IOException failure) {
            return; // a help for later runs, no matter of this one
        }
    }
}
