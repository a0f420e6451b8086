package dev.atex.connection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The way in which Ansible, run on this host, reaches the machine behind a connection. Immutable.
 *
 * @param variables inventory variables of the machine, always with {@code ansible_connection}. They may contain a
 *     password, so write them only to files that nobody else can read
 * @param environment variables that are added to the environment of Ansible's programs
 * @param controller creates a connection to this host, not connected yet, on which these programs run
 */
public record AnsibleAccess(
        Map<String, String> variables, Map<String, String> environment, Supplier<Connection> controller) {
    private static final String CONNECTION = "ansible_connection";

    /** Copies its arguments. */
    public AnsibleAccess {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        if (!variables.containsKey(CONNECTION)) {
            throw new IllegalArgumentException("'" + CONNECTION + "' is missing");
        }
    }

    /** Returns access to this host. */
    public static AnsibleAccess local(Supplier<Connection> controller) {
        return new AnsibleAccess(Map.of(CONNECTION, "local"), Map.of(), controller);
    }

    /** Returns the full name of Ansible's connection plugin: {@code ssh}, {@code containers.podman.podman}. */
    public String plugin() {
        return variables.getOrDefault(CONNECTION, "");
    }

    /** Returns whether the machine is this host. */
    public boolean isLocal() {
        return plugin().equals("local");
    }
}
