package dev.atex.podman.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The container engines that ATEX can call. */
public enum EngineKind {
    /** The call itself creates the container; there is no service, unless podman is configured as a client of one. */
    PODMAN(
            "podman",
            "CONTAINERS_CONF CONTAINERS_CONF_OVERRIDE CONTAINERS_STORAGE_CONF CONTAINER_HOST CONTAINER_CONNECTION"
                    + " CONTAINER_SSHKEY XDG_RUNTIME_DIR XDG_DATA_HOME XDG_CONFIG_HOME HOME"),

    /** A client of a service, which creates the containers. */
    DOCKER("docker", "DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG DOCKER_TLS_VERIFY DOCKER_CERT_PATH HOME");

    private final String word;
    private final String variables;

    EngineKind(String word, String variables) {
        this.word = word;
        this.variables = variables;
    }

    /** Returns the variables of an Ansible inventory for its containers, except the one that names the container. */
    public Map<String, String> ansible(Path program) {
        return switch (this) {
            case PODMAN ->
                Map.of(
                        "ansible_connection",
                        "containers.podman.podman",
                        "ansible_podman_executable",
                        program.toString());
            case DOCKER -> Map.of("ansible_connection", "community.docker.docker"); // it calls the program on PATH
        };
    }

    /** Returns the name of its program, of its provisioner, and the kind of its leases. */
    public String word() {
        return word;
    }

    /** Returns the names of the variables that select its containers. */
    List<String> variables() {
        return List.of(variables.split(" "));
    }
}
