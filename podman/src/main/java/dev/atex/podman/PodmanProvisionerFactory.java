package dev.atex.podman;

import dev.atex.podman.engine.EngineKind;

/** Creates the provisioner {@code podman,image=IMAGE,max=N}. Found by {@link java.util.ServiceLoader}. */
public final class PodmanProvisionerFactory extends ContainerProvisionerFactory {
    /** For {@link java.util.ServiceLoader}. */
    public PodmanProvisionerFactory() {
        super(EngineKind.PODMAN);
    }
}
