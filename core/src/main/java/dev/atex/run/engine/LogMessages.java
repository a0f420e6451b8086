package dev.atex.run.engine;

import dev.atex.run.Limit;
import dev.atex.run.RunEvent;
import dev.atex.run.RunListener;
import dev.atex.run.schedule.Action;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Logs what a user may ask about after a run: why something was done again, and what was given up. A listener, because a backend
 * for log messages may block or throw, which must not stop the coordinator.
 */
final class LogMessages implements RunListener {
    private static final Logger LOG = System.getLogger("dev.atex.run");

    /** Asked once: the actions of a run are its hot loop. */
    private final boolean debug = LOG.isLoggable(Level.DEBUG);

    /** Returns whether actions are logged. */
    boolean wantsActions() {
        return debug;
    }

    /** Logs what the scheduler decided. */
    void on(List<Action> actions) {
        actions.forEach(action -> LOG.log(Level.DEBUG, "{0}", action));
    }

    @Override
    public String title() {
        return "logging";
    }

    @Override
    public void on(RunEvent event) {
        switch (event) {
            case RunEvent.TestFinished e
            when e.rerun() ->
                LOG.log(
                        Level.INFO,
                        () -> e.test() + ": attempt " + e.attempt() + " on " + e.remote() + " failed ("
                                + e.ending().reason().orElse("no reason") + "), running it again");
            case RunEvent.SetUpFailed e ->
                LOG.log(Level.INFO, () -> e.remote() + ": set-up failed, giving the machine up: " + e.message());
            case RunEvent.ProvisionFailed e ->
                LOG.log(Level.INFO, () -> e.provisioner() + ": a machine could not be provisioned: " + e.message());
            case RunEvent.ProvisionerFailed e ->
                LOG.log(Level.INFO, () -> e.provisioner() + ": the provisioner failed: " + e.message());
            case RunEvent.ReleaseFailed e ->
                LOG.log(Level.INFO, () -> e.remote() + ": the release failed: " + e.message());
            case RunEvent.DeadlineExpired e ->
                LOG.log(
                        e.limit() == Limit.IDLE ? Level.DEBUG : Level.INFO,
                        () -> e.limit().exceeded(e.subject()));
            case RunEvent.Interrupted e -> LOG.log(Level.INFO, () -> "the run was interrupted: " + e.reason());
            case RunEvent other -> {}
        }
    }
}
