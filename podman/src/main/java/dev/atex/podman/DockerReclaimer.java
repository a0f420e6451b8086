package dev.atex.podman;

import dev.atex.podman.engine.EngineKind;

/** Removes containers that dead runs left in docker. Found by {@link java.util.ServiceLoader}. */
public final class DockerReclaimer extends ContainerReclaimer {
    /** For {@link java.util.ServiceLoader}. */
    public DockerReclaimer() {
        super(EngineKind.DOCKER);
    }
}
