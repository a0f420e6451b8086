package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.AnsibleAccess;
import dev.atex.podman.connection.ContainerConnection;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineKind;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Variables of the Ansible inventory for containers. */
class AnsibleTest {
    private static final String ID = "0123456789abcdef";

    private static AnsibleAccess access(EngineKind kind, Map<String, String> environment) {
        Engine engine = new Engine(kind, Path.of("/opt/bin/engine"), environment);
        return ContainerConnection.to(engine, ID).ansible().orElseThrow();
    }

    @Test
    void podmanUsesAnsibleCollectionOfPodman() {
        AnsibleAccess access = access(EngineKind.PODMAN, Map.of("CONTAINERS_CONF", "/some/conf", "CONTAINER_HOST", ""));
        assertThat(access.plugin()).isEqualTo("containers.podman.podman");
        assertThat(access.isLocal()).isFalse();
        assertThat(access.variables())
                .containsEntry("ansible_host", ID)
                .containsEntry("ansible_podman_executable", "/opt/bin/engine");
        assertThat(access.environment()).isEqualTo(Map.of("CONTAINERS_CONF", "/some/conf"));
    }

    @Test
    void dockerUsesAnsibleCollectionOfDocker() {
        AnsibleAccess access = access(EngineKind.DOCKER, Map.of("DOCKER_HOST", "unix:///some/socket"));
        assertThat(access.variables())
                .isEqualTo(Map.of("ansible_connection", "community.docker.docker", "ansible_host", ID));
        assertThat(access.environment()).isEqualTo(Map.of("DOCKER_HOST", "unix:///some/socket"));
    }
}
