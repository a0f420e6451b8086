package dev.atex.podman.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Container engines whose command lines are known. */
public enum EngineKind {
    /** Containers are children of the call that makes them; there is no service. */
    PODMAN(
            "podman",
            "CONTAINERS_CONF CONTAINERS_CONF_OVERRIDE CONTAINERS_STORAGE_CONF CONTAINER_HOST CONTAINER_CONNECTION"
                    + " CONTAINER_SSHKEY XDG_RUNTIME_DIR XDG_DATA_HOME XDG_CONFIG_HOME HOME"),

    /** A client of a service. */
    DOCKER("docker", "DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG DOCKER_TLS_VERIFY DOCKER_CERT_PATH HOME");

    private final String word;
    private final String variables;

    EngineKind(String word, String variables) {
        this.word = word;
        this.variables = variables;
    }

    /** Variables of an inventory of Ansible for its containers, without that which names the container. */
    public Map<String, String> ansible(Path program) {
        return switch (this) {
            case PODMAN ->
                Map.of(
                        "ansible_connection",
                        "containers.podman.podman",
                        "ansible_podman_executable",
                        program.toString());
            case DOCKER -> Map.of("ansible_connection", "community.docker.docker"); // takes the program that is on PATH
        };
    }

    /** The name of its program, of its provisioner, and of the leases of its containers. */
    public String word() {
        return word;
    }

    /** The variables by which it finds its containers. */
    List<String> variables() {
        return List.of(variables.split(" "));
    }
}
