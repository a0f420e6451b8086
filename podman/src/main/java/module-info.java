/** Containers of podman or docker as machines to run tests on. */
module dev.atex.podman {
    requires dev.atex.copy;
    requires transitive dev.atex.core;
    requires static transitive org.jspecify;

    exports dev.atex.podman;
    exports dev.atex.podman.connection;
    exports dev.atex.podman.engine;

    provides dev.atex.lease.Reclaimer with
            dev.atex.podman.PodmanReclaimer,
            dev.atex.podman.DockerReclaimer;
    provides dev.atex.provisioner.ProvisionerFactory with
            dev.atex.podman.PodmanProvisionerFactory,
            dev.atex.podman.DockerProvisionerFactory;
}
