package dev.atex.connection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How Ansible, run on this host, reaches the machine behind a connection. Immutable.
 *
 * @param variables of the machine in an inventory, {@code ansible_connection} always; there may be a password among them,
 *     so that they are for files that only this user can read
 * @param environment variables for Ansible's programs, over those of this process
 * @param controller makes a connection to this host, not connected, on which they are run
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

    /** The machine is this host. */
    public static AnsibleAccess local(Supplier<Connection> controller) {
        return new AnsibleAccess(Map.of(CONNECTION, "local"), Map.of(), controller);
    }

    /** The plugin of Ansible that connects, in full: {@code ssh}, {@code containers.podman.podman}. */
    public String plugin() {
        return variables.getOrDefault(CONNECTION, "");
    }

    /** Whether the machine is this host. */
    public boolean isLocal() {
        return plugin().equals("local");
    }
}
