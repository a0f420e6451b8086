package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.lease.Reclaimer;
import dev.atex.local.process.LocalLeftovers;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds and removes containers of dead runs by their name and the label with the id of their lease. */
abstract sealed class ContainerReclaimer implements Reclaimer permits PodmanReclaimer, DockerReclaimer {
    private static final System.Logger LOG = System.getLogger("dev.atex.podman");
    private static final int SHOWN = 12;
    private static final Duration CREATION = Duration.ofMinutes(1);

    private final EngineKind engine;

    ContainerReclaimer(EngineKind engine) {
        this.engine = engine;
    }

    @Override
    public String kind() {
        return engine.word();
    }

    @Override
    public boolean isBoundToHost() {
        return true;
    }

    @Override
    public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        List<String> found = new ArrayList<>();
        try {
            for (String id : containers(lease).find(deadline)) {
                found.add("container " + id.substring(0, Math.min(SHOWN, id.length())));
            }
        } catch (EngineException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
        new LocalLeftovers(lease.id(), lease.locator()).describe().ifPresent(found::add);
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
    }

    /** Without a service the call itself creates the container, and after its end nothing appears late. */
    @Override
    public Duration longestCreate(LeaseRecord lease) {
        if (lease.locator().containsKey(ContainerReservation.CONTAINER)) {
            return Duration.ZERO; // the answer arrived
        }
        String seconds = lease.locator().get(Containers.CREATE_LIMIT);
        if (seconds != null && seconds.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(seconds));
        }
        return engine == EngineKind.DOCKER
                ? ContainerOptions.LONGEST_CREATE
                : Duration.ZERO; // a ledger of an earlier version
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        try {
            Containers containers = containers(lease);
            Containers.Creation creation = containers.awaitCreation(deadline.orAfter(CREATION));
            Duration limit = longestCreate(lease);
            if (limit.isZero() || creation instanceof Containers.Creation.GoesOn) {
                containers.remove(Optional.empty(), deadline);
            } else {
                Deadline latest =
                        Deadline.after(creation instanceof Containers.Creation.None ? left(lease, limit) : limit);
                new LateCreation(
                                Engine.at(engine, lease.locator()),
                                lease.id(),
                                Optional.ofNullable(lease.locator().get(Containers.IMAGE)),
                                limit,
                                latest)
                        .settle(deadline);
            }
            if (creation instanceof Containers.Creation.GoesOn(long pid)) {
                throw new LeaseException("a container is still being created by process " + pid);
            }
        } catch (EngineException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
        new LocalLeftovers(lease.id(), lease.locator()).remove(deadline);
        LOG.log(Level.DEBUG, () -> "lease " + lease.id() + ": removed container " + Containers.name(lease.id()));
    }

    /** Returns the rest of the time in which the container may appear. */
    private static Duration left(LeaseRecord lease, Duration limit) {
        Duration passed = Duration.between(lease.since(), Instant.now());
        if (passed.isNegative()) {
            return limit; // the clock was changed
        }
        Duration left = passed.compareTo(limit) < 0 ? limit.minus(passed) : Duration.ZERO;
        if (lease.state() == LeaseState.RELEASING) { // the run may have requested a placeholder just before it died
            Duration least =
                    limit.compareTo(ContainerOptions.LONGEST_CREATE) < 0 ? limit : ContainerOptions.LONGEST_CREATE;
            return left.compareTo(least) < 0 ? least : left;
        }
        return left;
    }

    private Containers containers(LeaseRecord lease) throws EngineException {
        return new Containers(Engine.at(engine, lease.locator()), lease.id());
    }
}
