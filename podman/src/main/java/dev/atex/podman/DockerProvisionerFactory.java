package dev.atex.podman;

import dev.atex.podman.engine.EngineKind;

/** Creates the provisioner {@code docker,image=IMAGE,max=N}. Found by {@link java.util.ServiceLoader}. */
public final class DockerProvisionerFactory extends ContainerProvisionerFactory {
    /** For {@link java.util.ServiceLoader}. */
    public DockerProvisionerFactory() {
        super(EngineKind.DOCKER);
    }
}
