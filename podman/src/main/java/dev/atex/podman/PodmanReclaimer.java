package dev.atex.podman;

import dev.atex.podman.engine.EngineKind;

/** Removes containers that dead runs left in podman. Found by {@link java.util.ServiceLoader}. */
public final class PodmanReclaimer extends ContainerReclaimer {
    /** For {@link java.util.ServiceLoader}. */
    public PodmanReclaimer() {
        super(EngineKind.PODMAN);
    }
}
