package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.provisioner.Expiry;
import dev.atex.provisioner.MachineProgress;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.options.Choice;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reports the progress of one request, and knows when its time is over. Thread-safe. */
final class RequestProgress {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
    private final RentedMachines machines;
    private final Object owner;
    private final String name;
    private final Choice choice;
    private final String ranch;
    /** The last time at which the request was not running yet. */
    private long waiting = System.nanoTime();

    private boolean running;
    private boolean there;
    private boolean over;
    private @Nullable FarmRequest last;

    RequestProgress(RentedMachines machines, Object owner, String name, Choice choice, String ranch) {
        this.machines = machines;
        this.owner = owner;
        this.name = name;
        this.choice = choice;
        this.ranch = ranch;
    }

    /** Takes a new state of the request. */
    synchronized void goesOn(FarmRequest now) {
        if (over) {
            return;
        }
        FarmRequest before = last;
        last = now;
        if (!running && now.isRunning()) {
            running = true;
            machines.budget().begin(owner, waiting);
        } else if (!running) {
            waiting = System.nanoTime();
        }
        boolean news = before == null
                || !before.state().equals(now.state())
                || !before.artifacts().equals(now.artifacts());
        if (news) {
            LOG.log(Level.DEBUG, () -> name + ": request " + now.id() + " is in the state " + now.state());
        }
        if (news && now.isAlive()) {
            machines.tell(new MachineProgress(name, facts(now, now.state())));
        }
    }

    /** The machine exists; login follows. */
    synchronized void isReady(String login) {
        FarmRequest now = last;
        if (now != null && !over) {
            Map<String, String> facts = facts(now, "logging in");
            facts.put("login", login);
            machines.tell(new MachineProgress(name, facts));
        }
    }

    /** The machine is ready. */
    synchronized void isThere() {
        there = true;
    }

    /** The machine was released, or the request failed. */
    synchronized void isOver() {
        if (!over && !there && last != null) {
            machines.tell(new MachineProgress(name, Map.of()));
        }
        over = true;
        machines.budget().end(owner);
    }

    private Map<String, String> facts(FarmRequest now, String state) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(MachineProgress.STATE, state);
        facts.put("request", now.id());
        facts.put("compose", choice.compose());
        facts.put("arch", choice.arch());
        facts.put("ranch", ranch);
        choice.pool().ifPresent(pool -> facts.put("pool", pool));
        now.artifacts().ifPresent(url -> facts.put("artifacts", url));
        return facts;
    }

    /** Returns the end of its time, which the service counts from the start of the pipeline. */
    synchronized Optional<Expiry> expiry() {
        if (!running) {
            return Optional.empty();
        }
        Duration life = machines.settings().life();
        Duration left = life.minusNanos(System.nanoTime() - waiting);
        return Optional.of(new Expiry(life, Deadline.after(left.isNegative() ? Duration.ZERO : left)));
    }
}
