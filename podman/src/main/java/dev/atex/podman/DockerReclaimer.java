package dev.atex.podman;

/** Removes what was left in docker. Found by {@link java.util.ServiceLoader}. */
public final class DockerReclaimer extends ContainerReclaimer {
    /** For {@link java.util.ServiceLoader}. */
    public DockerReclaimer() {
        super(EngineKind.DOCKER);
    }
}
