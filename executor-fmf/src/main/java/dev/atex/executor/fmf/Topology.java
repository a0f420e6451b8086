package dev.atex.executor.fmf;

import dev.atex.fmf.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that tell tests and scripts of the machines of their plan, in the two forms of tmt (its documentation, "Guest
 * Topology Format"): here there is one machine.
 *
 * @param guest the machine
 * @param hostName by which others reach it
 */
record Topology(PlanMachine.Guest guest, String hostName) {
    /** To be sourced by bash. */
    static final String BASH = "topology.sh";

    /** The same for other programs. */
    static final String YAML = "topology.yaml";

    /** Writes them to a directory. */
    void writeTo(Path directory) throws IOException {
        Files.writeString(directory.resolve(BASH), bash());
        Files.writeString(directory.resolve(YAML), yaml());
    }

    String bash() {
        StringBuilder text = new StringBuilder("declare -A TMT_GUEST\n");
        facts().forEach((key, value) -> set(text, "TMT_GUEST", key, value));
        text.append(Shell.assign("TMT_GUEST_NAMES", guest.name())).append("declare -A TMT_GUESTS\n");
        facts().forEach((key, value) -> set(text, "TMT_GUESTS", guest.name() + "." + key, value));
        text.append(Shell.assign("TMT_ROLE_NAMES", guest.role())).append("declare -A TMT_ROLES\n");
        if (!guest.role().isEmpty()) {
            set(text, "TMT_ROLES", guest.role(), guest.name());
        }
        return text.toString();
    }

    private static void set(StringBuilder text, String array, String key, String value) {
        text.append(array).append('[').append(Shell.quote(key)).append(']');
        text.append('=').append(Shell.quote(value)).append('\n');
    }

    String yaml() {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>(facts());
        facts.computeIfPresent("role", (_, role) -> role.equals("") ? null : role);
        facts.putIfAbsent("role", null);
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("guest", facts);
        all.put("guest-names", List.of(guest.name()));
        all.put("guests", Map.of(guest.name(), facts));
        boolean hasRole = !guest.role().isEmpty();
        all.put("role-names", hasRole ? List.of(guest.role()) : List.of());
        all.put("roles", hasRole ? Map.of(guest.role(), List.of(guest.name())) : Map.of());
        return Yaml.write(all);
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("name", guest.name());
        facts.put("role", guest.role());
        facts.put("hostname", hostName);
        return facts;
    }
}
