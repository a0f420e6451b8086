package dev.atex.executor.fmf.machine;

import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.executor.fmf.shell.Shell;
import dev.atex.fmf.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that tell tests and scripts of the machines of their plan, in the two forms of tmt (its documentation, "Guest
 * Topology Format"). There is one machine: where a plan wants several, it is all of them, and the first is who it is itself.
 *
 * @param guests what the machine is
 * @param hostName by which others reach it
 */
public record Topology(List<PlanMachine.Guest> guests, String hostName) {
    /** To be sourced by bash. */
    public static final String BASH = "topology.sh";

    /** The same for other programs. */
    public static final String YAML = "topology.yaml";

    /** Writes them to a directory. */
    public void writeTo(Path directory) throws IOException {
        Files.writeString(directory.resolve(BASH), bash());
        Files.writeString(directory.resolve(YAML), yaml());
    }

    public String bash() {
        StringBuilder text = new StringBuilder("declare -A TMT_GUEST\n");
        facts(guests.getFirst()).forEach((key, value) -> set(text, "TMT_GUEST", key, value));
        text.append(Shell.assign("TMT_GUEST_NAMES", String.join(" ", names()))).append("declare -A TMT_GUESTS\n");
        for (PlanMachine.Guest guest : guests) {
            facts(guest).forEach((key, value) -> set(text, "TMT_GUESTS", guest.name() + "." + key, value));
        }
        text.append(Shell.assign("TMT_ROLE_NAMES", String.join(" ", roles().keySet())))
                .append("declare -A TMT_ROLES\n");
        roles().forEach((role, names) -> set(text, "TMT_ROLES", role, String.join(" ", names)));
        return text.toString();
    }

    private static void set(StringBuilder text, String array, String key, String value) {
        text.append(array).append('[').append(Shell.quote(key)).append(']');
        text.append('=').append(Shell.quote(value)).append('\n');
    }

    public String yaml() {
        Map<String, @Nullable Object> each = new LinkedHashMap<>();
        guests.forEach(guest -> each.put(guest.name(), factsOrNull(guest)));
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("guest", factsOrNull(guests.getFirst()));
        all.put("guest-names", names());
        all.put("guests", each);
        all.put("role-names", List.copyOf(roles().keySet()));
        all.put("roles", roles());
        return Yaml.write(all);
    }

    private List<String> names() {
        return guests.stream().map(PlanMachine.Guest::name).toList();
    }

    /** The names of the guests by their role. */
    private Map<String, List<String>> roles() {
        Map<String, List<String>> roles = new LinkedHashMap<>();
        for (PlanMachine.Guest guest : guests) {
            if (!guest.role().isEmpty()) {
                roles.computeIfAbsent(guest.role(), _ -> new ArrayList<>()).add(guest.name());
            }
        }
        return roles;
    }

    private Map<String, @Nullable Object> factsOrNull(PlanMachine.Guest guest) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>(facts(guest));
        facts.computeIfPresent("role", (_, role) -> role.equals("") ? null : role);
        facts.putIfAbsent("role", null);
        return facts;
    }

    private Map<String, String> facts(PlanMachine.Guest guest) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("name", guest.name());
        facts.put("role", guest.role());
        facts.put("hostname", hostName);
        return facts;
    }
}
