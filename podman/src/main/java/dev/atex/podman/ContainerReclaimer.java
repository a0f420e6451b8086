package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.local.LocalTraces;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds and removes containers by the label with the id of their lease. */
abstract sealed class ContainerReclaimer implements Reclaimer permits PodmanReclaimer, DockerReclaimer {
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
        new LocalTraces(lease.id(), lease.locator()).describe().ifPresent(found::add);
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        try {
            Containers containers = containers(lease);
            Optional<Long> maker = containers.awaitCreation(deadline.orAfter(CREATION));
            containers.remove(Optional.empty(), deadline);
            if (maker.isPresent()) {
                throw new LeaseException("a container is still being made by process " + maker.get());
            }
        } catch (EngineException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
        new LocalTraces(lease.id(), lease.locator()).remove(deadline);
    }

    private Containers containers(LeaseRecord lease) throws EngineException {
        return new Containers(Engine.at(engine, lease.locator()), lease.id());
    }
}
